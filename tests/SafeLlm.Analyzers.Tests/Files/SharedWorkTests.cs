using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Tests;

/// <summary>In which compilations the rules look at files.</summary>
public sealed class SharedWorkTests
{
    private const string Plain = "class Store { string Name => \"part\"; }";

    [Fact]
    public void Compilation_WithoutSdkAndModel_IsLeftAlone() => Assert.False(IsWanted("Shop", [Plain, Plain]));

    [Theory]
    [InlineData("class Asker { string Host => \"https://api.openai.com/v1\"; }")]
    [InlineData("class Asker { string Route => \"/v1/chat/completions\"; string More => \"and text beyond what a short address would have in a source\"; }")]
    [InlineData("class Asker { string Key => \"sk-abc\"; }")]
    public void Compilation_OneOfWhoseSourcesNamesAModel_IsLookedAt(string source) => Assert.True(IsWanted("Shop", [Plain, source, Plain]));

    [Theory]
    [InlineData("Microsoft.Extensions.AI.Abstractions")]
    [InlineData("OllamaSharp")]
    [InlineData("SafeLlm.AspNetCore")]
    public void Compilation_ThatRefersToAnSdk_IsLookedAt(string sdk)
    {
        var reference = CSharpCompilation.Create(sdk).ToMetadataReference();
        Assert.True(IsWanted("Shop", [Plain], reference));
    }

    [Fact]
    public void Compilation_OfAnSdk_IsLookedAt() => Assert.True(IsWanted("Azure.AI.Inference", [Plain]));

    private static bool IsWanted(string name, string[] sources, params MetadataReference[] references) =>
        SharedWork.IsWanted(CSharpCompilation.Create(name, sources.Select(source => CSharpSyntaxTree.ParseText(source)), references), TestContext.Current.CancellationToken);
}
