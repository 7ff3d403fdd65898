using Microsoft.CodeAnalysis;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Full names of types, as metadata has them but without arity.</summary>
internal static class TypeNames
{
    public static string Of(ITypeSymbol type)
    {
        var name = type.Name;
        for (INamespaceOrTypeSymbol? outer = Outer(type); outer is not null; outer = Outer(outer)) name = outer.Name + "." + name;
        return name;
    }

    /// <summary>Whether a type, a base of it or an interface of it has one of the names.</summary>
    public static bool IsOrInherits(ITypeSymbol? type, string[] names)
    {
        // Whatever has a special type, as strings and numbers do, is none of an SDK's, and neither are its many interfaces.
        if (type is null or { SpecialType: not SpecialType.None }) return false;
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (IsAny(current, names)) return true;
        }

        foreach (var one in type.AllInterfaces)
        {
            if (IsAny(one, names)) return true;
        }

        return false;
    }

    /// <summary>The first part of a type's namespace: Anthropic, OpenAI, System.</summary>
    public static string Root(ITypeSymbol? type)
    {
        var space = type?.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false }) space = space.ContainingNamespace;
        return space?.Name ?? "";
    }

    /// <summary>Whether a type has one of the names. Compared from the last part on, and so that no string is made of a type that has none.</summary>
    public static bool IsAny(ITypeSymbol type, string[] names)
    {
        foreach (var name in names)
        {
            if (Is(type, name)) return true;
        }

        return false;
    }

    private static bool Is(ITypeSymbol type, string name)
    {
        var end = name.Length;
        for (INamespaceOrTypeSymbol? part = type; part is not null; part = Outer(part))
        {
            var start = end - part.Name.Length;
            if (start < 0 || string.CompareOrdinal(name, start, part.Name, 0, part.Name.Length) != 0) return false;
            if (start == 0) return Outer(part) is null;
            if (name[start - 1] != '.') return false;
            end = start - 1;
        }

        return false;
    }

    private static INamespaceOrTypeSymbol? Outer(INamespaceOrTypeSymbol part) =>
        part.ContainingType ?? (part.ContainingNamespace is { IsGlobalNamespace: false } space ? (INamespaceOrTypeSymbol)space : null);
}
