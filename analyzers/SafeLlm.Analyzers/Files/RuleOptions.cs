using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SafeLlm.Analyzers.Files;

/// <summary>What .editorconfig says for a file, else what the project says in MSBuild.</summary>
internal readonly struct RuleOptions(AnalyzerConfigOptionsProvider provider, SyntaxTree tree)
{
    /// <summary>The highest cap that may be written: <c>safellm.max_output_tokens</c>, else <c>SafeLlmMaxOutputTokens</c>; null where neither is set.</summary>
    public long? MaxOutputTokens => Number("safellm.max_output_tokens", "SafeLlmMaxOutputTokens");

    /// <summary>The highest number of answers a request may ask for: <c>safellm.max_choices</c>; 4 unless set.</summary>
    public long MaxChoices => Number("safellm.max_choices", null) ?? 4;

    /// <summary>The longest deadline of a client that calls a model, in seconds: <c>safellm.max_timeout_seconds</c>; an hour unless set.</summary>
    public long MaxTimeoutSeconds => Number("safellm.max_timeout_seconds", null) ?? 3600;

    /// <summary>Whether a user's own key in client-side code is meant: <c>safellm.keys_of_the_user = true</c>.</summary>
    public bool KeysAreTheUsers => Text("safellm.keys_of_the_user", null) is "true";

    private long? Number(string key, string? property) =>
        long.TryParse(Text(key, property), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private string? Text(string key, string? property)
    {
        if (provider.GetOptions(tree).TryGetValue(key, out var value)) return value;
        return property is not null && provider.GlobalOptions.TryGetValue("build_property." + property, out value) ? value : null;
    }
}
