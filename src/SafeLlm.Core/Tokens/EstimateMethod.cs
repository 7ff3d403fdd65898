namespace SafeLlm.Tokens;

/// <summary>How an estimate was found.</summary>
public enum EstimateMethod
{
    /// <summary>From the bytes of the text, without a tokenizer.</summary>
    Bytes,

    /// <summary>By counting tokens.</summary>
    Counted,

    /// <summary>The model's context window, because the request does not tell.</summary>
    ContextWindow,
}
