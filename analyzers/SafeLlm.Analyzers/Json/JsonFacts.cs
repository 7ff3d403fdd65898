using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Json;

/// <summary>What is known of a JSON body from the code that builds it.</summary>
internal sealed class JsonFacts
{
    /// <summary>Names of members, at any depth, in lower case.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>The values of output bounds in it.</summary>
    public List<ExpressionSyntax> Caps { get; } = [];

    public bool HasCap { get; set; }

    /// <summary>Whether some of it is built out of sight.</summary>
    public bool IsOpaque { get; set; }

    /// <summary>Where the body is made, where it is an object: the outermost one.</summary>
    public List<ExpressionSyntax> Origins { get; } = [];

    public void Add(string name, ExpressionSyntax? value)
    {
        Names.Add(name.ToLowerInvariant());
        if (CapNames.IsCap(name)) AddCap(value);
    }

    public void AddCap(ExpressionSyntax? value)
    {
        HasCap = true;
        if (value is not null) Caps.Add(value);
    }
}
