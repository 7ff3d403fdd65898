using SafeLlm.Limits;

namespace SafeLlm;

/// <summary>A limit on tokens or dollars has no room for the call: on this side, or at a SafeLlm gateway.</summary>
public sealed class BudgetExceededException : SafeLlmException
{
    internal BudgetExceededException(Refusal refusal, Exception? inner = null)
        : base(refusal.Message, refusal, inner)
    {
        Denials = refusal.Denials;
        RoomAt = refusal.RoomAt;
        LargestOutputBound = refusal.LargestOutputBound;
    }

    /// <summary>The limits that had no room, with spent, held and cap. Empty where a gateway refused: its numbers are its own.</summary>
    public IReadOnlyList<LimitDenial> Denials { get; }

    /// <summary>When every limit that denied has room for this call; null where that is not known, or never.</summary>
    public DateTimeOffset? RoomAt { get; }

    /// <summary>The largest output bound, in tokens a choice, that would have fitted; null where none would.</summary>
    public long? LargestOutputBound { get; }
}
