using SafeLlm.Validation;

namespace SafeLlm;

/// <summary>The request itself is not let through: it cannot be read, bounded, priced or signed, or its prompt breaks the policy.</summary>
public sealed class RequestRejectedException : SafeLlmException
{
    internal RequestRejectedException(Refusal refusal, Exception? inner = null)
        : base(refusal.Message, refusal, inner)
    {
        Code = refusal.Code;
        Field = refusal.Field;
        Findings = refusal.Findings;
    }

    /// <summary>Why.</summary>
    public RefusalCode Code { get; }

    /// <summary>The member, header or option at fault; null where there is none.</summary>
    public string? Field { get; }

    /// <summary>What the prompt policy found. Empty unless <see cref="Code"/> is <see cref="RefusalCode.PromptRejected"/>.</summary>
    public IReadOnlyList<PromptFinding> Findings { get; }
}
