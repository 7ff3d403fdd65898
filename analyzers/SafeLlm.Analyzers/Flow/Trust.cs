using System.Linq;
using Microsoft.CodeAnalysis;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Code that is handed an object and leaves its output bound alone.</summary>
internal static class Trust
{
    private static readonly string[] Roots =
    [
        "System", "Microsoft", "OpenAI", "Azure", "Newtonsoft", "Anthropic", "Betalgo", "OllamaSharp", "SafeLlm", "Xunit", "NUnit", "Moq",
        "NSubstitute", "FluentAssertions", "Spectre", "Serilog", "Polly", "RestSharp", "Refit", "Flurl",
    ];

    /// <summary>Whether the callee is compiled code of a framework or an SDK. What is in source is looked into or not trusted.</summary>
    public static bool IsHarmless(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.Length > 0) return false;
        var space = method.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false }) space = space.ContainingNamespace;
        return space is not null && Roots.Contains(space.Name);
    }
}
