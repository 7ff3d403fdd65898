using System.Linq;
using Microsoft.CodeAnalysis;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Full names of types, as metadata has them but without arity.</summary>
internal static class TypeNames
{
    public static string Of(ITypeSymbol type)
    {
        var name = type.Name;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType) name = outer.Name + "." + name;
        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + name : name;
    }

    /// <summary>Whether a type, a base of it or an interface of it has one of the names.</summary>
    public static bool IsOrInherits(ITypeSymbol? type, string[] names)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (names.Contains(Of(current))) return true;
        }

        return type is not null && type.AllInterfaces.Any(one => names.Contains(Of(one)));
    }

    /// <summary>The first part of a type's namespace: Anthropic, OpenAI, System.</summary>
    public static string Root(ITypeSymbol? type)
    {
        var space = type?.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false }) space = space.ContainingNamespace;
        return space?.Name ?? "";
    }
}
