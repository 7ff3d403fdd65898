using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SafeLlm.Analyzers.Tests.Verification;

/// <summary>Settings of a snippet: .editorconfig keys, and MSBuild properties as <c>build_property.Name</c>.</summary>
internal sealed class SnippetOptions((string Key, string Value)[] values) : AnalyzerConfigOptionsProvider
{
    private readonly Values all = new(values);

    public override AnalyzerConfigOptions GlobalOptions => all;

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => all;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => all;

    private sealed class Values((string Key, string Value)[] values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = values.FirstOrDefault(pair => pair.Key == key).Value;
            return value is not null;
        }
    }
}
