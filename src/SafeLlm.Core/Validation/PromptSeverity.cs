namespace SafeLlm.Validation;

/// <summary>What a finding leads to.</summary>
public enum PromptSeverity
{
    /// <summary>Noted; the call goes on.</summary>
    Flag,

    /// <summary>The call is refused.</summary>
    Refuse,
}
