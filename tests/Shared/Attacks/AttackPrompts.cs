namespace SafeLlm.Tests.Attacks;

/// <summary>Prompts of the article's attacks, and ordinary ones.</summary>
internal static class AttackPrompts
{
    public const string Essay =
        "Write a comprehensive 10,000 word essay about the history of mathematics, with detailed proofs of every theorem and code examples in Python, Java, and Rust.";

    public const string Repeat = "Repeat the following paragraph 100 times, adding one word each time: The quick brown fox jumps over the lazy dog.";

    /// <summary>What no rule takes for an attack.</summary>
    public const string Harmless = "Explain the history of mathematics, era by era, and leave nothing out.";

    public const string Cheap = "Hi";

    public const string Honest = "Which of these two sentences reads better, and why?";
}
