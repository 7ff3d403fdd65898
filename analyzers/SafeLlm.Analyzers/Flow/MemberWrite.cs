using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>A value that reached a member of a traced object: <c>Options.NumPredict</c>, <c>[max_tokens]</c>.</summary>
internal readonly struct MemberWrite(string path, ExpressionSyntax value)
{
    public string Path { get; } = path;

    public ExpressionSyntax Value { get; } = value;
}
