using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>
/// What is known of an object that an expression may give: where it was made, what was written to it on any path, and whether
/// something else may have written to it out of sight.
/// </summary>
internal sealed class ObjectTrace
{
    /// <summary>Where the object was made: creations, anonymous objects, collection expressions.</summary>
    public List<ExpressionSyntax> Origins { get; } = [];

    public List<MemberWrite> Writes { get; } = [];

    /// <summary>Expressions that could not be followed.</summary>
    public List<ExpressionSyntax> Unresolved { get; } = [];

    /// <summary>Whether the object was handed to code that may have changed it.</summary>
    public bool Escapes { get; set; }

    /// <summary>Whether one of the paths gives null.</summary>
    public bool MayBeNull { get; set; }

    public bool IsOpaque => Escapes || Unresolved.Count > 0;
}
