using SafeLlm.Limits;
using SafeLlm.Validation;

namespace SafeLlm;

/// <summary>Why a call was not let through, with what a caller needs in order to act on it.</summary>
public sealed record Refusal(RefusalCode Code, string Message)
{
    /// <summary>The member, header or option at fault, where there is one.</summary>
    public string? Field { get; init; }

    /// <summary>The limits that had no room. Empty unless a ledger refused.</summary>
    public IReadOnlyList<LimitDenial> Denials { get; init; } = [];

    /// <summary>The instant at which every limit that denied has room again; null where that is not known or never.</summary>
    public DateTimeOffset? RoomAt { get; init; }

    /// <summary>The largest output bound, in tokens, that would have fitted; null where none would, or where it does not apply.</summary>
    public long? LargestOutputBound { get; init; }

    /// <summary>What the prompt policy found. Empty unless it refused.</summary>
    public IReadOnlyList<PromptFinding> Findings { get; init; } = [];
}
