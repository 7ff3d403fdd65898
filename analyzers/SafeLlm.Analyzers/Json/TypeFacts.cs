using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Json;

/// <summary>The JSON members of a class that is serialised: by attribute, else by the property's own name.</summary>
internal sealed class TypeFacts
{
    private const int MaxDepth = 3;

    private TypeFacts(ITypeSymbol type) => Read(type, 0, []);

    /// <summary>JSON names at any depth, in lower case.</summary>
    public HashSet<string> Names { get; } = [];

    /// <summary>The .NET names of properties that mean an output bound.</summary>
    public HashSet<string> CapMembers { get; } = [];

    /// <summary>Whether such a property has a value of its own from the start.</summary>
    public bool HasDefaultCap { get; private set; }

    /// <summary>Whether the type takes members by name, or of types that are not known here.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Facts of a class in source; null for any other type.</summary>
    public static TypeFacts? Of(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Struct, IsAnonymousType: false } && type.DeclaringSyntaxReferences.Length > 0 ? new TypeFacts(type) : null;

    public static string JsonName(ISymbol member)
    {
        var attribute = member.GetAttributes().FirstOrDefault(one => one.AttributeClass?.Name is "JsonPropertyNameAttribute" or "JsonPropertyAttribute" or "DataMemberAttribute" or "JsonPropertyName" or "JsonProperty");
        var named = attribute?.NamedArguments.FirstOrDefault(argument => argument.Key is "PropertyName" or "Name").Value.Value as string;
        return named ?? (attribute?.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: string name } ? name : member.Name);
    }

    private void Read(ITypeSymbol type, int depth, HashSet<ITypeSymbol> seen)
    {
        if (depth > MaxDepth || !seen.Add(type)) return;
        for (ITypeSymbol? current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (current is IErrorTypeSymbol || current.DeclaringSyntaxReferences.Length == 0 && current.SpecialType != SpecialType.System_Object) IsOpen |= depth == 0;
            foreach (var property in current.GetMembers().Where(member => member is IPropertySymbol or IFieldSymbol && !member.IsStatic && !member.IsImplicitlyDeclared && member.DeclaredAccessibility == Accessibility.Public))
            {
                Read(property, depth, seen);
            }
        }
    }

    private void Read(ISymbol member, int depth, HashSet<ITypeSymbol> seen)
    {
        var name = JsonName(member);
        var type = (member as IPropertySymbol)?.Type ?? ((IFieldSymbol)member).Type;
        Names.Add(name.ToLowerInvariant());
        if (CapNames.IsCap(name) || CapNames.IsCap(member.Name))
        {
            CapMembers.Add(member.Name);
            HasDefaultCap |= member.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is
                PropertyDeclarationSyntax { Initializer: not null } or PropertyDeclarationSyntax { ExpressionBody: not null } or VariableDeclaratorSyntax { Initializer: not null });
        }

        if (member.GetAttributes().Any(one => one.AttributeClass?.Name is "JsonExtensionDataAttribute" or "JsonExtensionData")) IsOpen = true;
        if (depth == 0 && type is IErrorTypeSymbol or { TypeKind: TypeKind.Dynamic }) IsOpen = true;
        var inner = type is IArrayTypeSymbol array ? array.ElementType : type is INamedTypeSymbol { TypeArguments: { Length: > 0 } generic } ? generic[generic.Length - 1] : type;
        if (inner.DeclaringSyntaxReferences.Length > 0 && inner.TypeKind is TypeKind.Class or TypeKind.Struct) Read(inner, depth + 1, seen);
    }
}
