namespace SafeLlm.Validation;

/// <summary>What a rule of the prompt policy found. Holds places and numbers, never the text.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity">What it leads to.</param>
/// <param name="Message">What is wrong, the value, the limit and what to do.</param>
/// <param name="Place">The message of the prompt it stands in, from 0; null where it is about the whole prompt.</param>
public sealed record PromptFinding(string Rule, PromptSeverity Severity, string Message, int? Place = null)
{
    /// <summary>Where in the request's content the text begins that it was found in, in bytes; null where it is about the whole prompt.</summary>
    public int? Offset { get; init; }
}
