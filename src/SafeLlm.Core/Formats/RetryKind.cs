namespace SafeLlm.Formats;

/// <summary>Whether another attempt can help.</summary>
public enum RetryKind
{
    /// <summary>The response is no error that retrying is about.</summary>
    None,

    /// <summary>The failure passes; and nothing was generated, so nothing was billed.</summary>
    Unbilled,

    /// <summary>The failure passes; the attempt may have been billed.</summary>
    PossiblyBilled,

    /// <summary>Trying again cannot help (quota used up, context too long, request wrong).</summary>
    Fatal,
}
