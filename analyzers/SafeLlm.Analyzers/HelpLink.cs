namespace SafeLlm.Analyzers;

/// <summary>Where the rules' pages are.</summary>
internal static class HelpLink
{
    public const string Root = "https://github.com/safellm/safellm/blob/main/docs/rules/";
}
