using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Calls;

/// <summary>The output bound of a request: whether there is one, what it is set to, and where the options are made.</summary>
internal sealed class Bound(BoundState state)
{
    public static readonly Bound Unknown = new(BoundState.Unknown);

    public BoundState State => state;

    /// <summary>The values that the bound is set to.</summary>
    public IReadOnlyList<ExpressionSyntax> Values { get; set; } = [];

    /// <summary>Where the options are made that a bound is missing from.</summary>
    public IReadOnlyList<ExpressionSyntax> Origins { get; set; } = [];
}
