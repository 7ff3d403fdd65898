namespace SafeLlm.Analyzers;

/// <summary>What a rule protects.</summary>
internal static class RuleCategory
{
    public const string Cost = "SafeLlm.Cost";
    public const string Security = "SafeLlm.Security";
    public const string Reliability = "SafeLlm.Reliability";
}
