using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Json;

/// <summary>Reads what a request's body is built from, in whatever shape: content, bytes, text, object, document, writer.</summary>
internal sealed class JsonBody(SemanticModel model)
{
    private const int MaxDepth = 8;

    private static readonly string[] OptionTypes = [.. ModelCalls.All.SelectMany(call => call.Options.Types).Distinct()];

    private static readonly string[] Carriers =
    [
        "StringContent", "ByteArrayContent", "ReadOnlyMemoryContent", "StreamContent", "MemoryStream", "BinaryData", "HttpRequestMessage", "JValue", "StringBuilder",
    ];

    private static readonly string[] Passing =
    [
        "Serialize", "SerializeObject", "SerializeToUtf8Bytes", "SerializeToNode", "SerializeToElement", "Create", "FromString", "FromBytes", "FromObjectAsJson", "FromObject",
        "GetBytes", "Parse", "Format", "ToBinaryContent", "FromResult",
    ];

    private static readonly string[] Receiving = ["ToString", "ToJsonString", "ToArray", "Trim", "Replace", "ReplaceLineEndings", "ToBinaryContent", "AsMemory", "AsSpan", "DeepClone"];

    private readonly JsonFacts facts = new();
    private int depth;

    public static JsonFacts Read(SemanticModel model, ExpressionSyntax body)
    {
        var reader = new JsonBody(model);
        reader.Value(body, isOutermost: true);
        return reader.facts;
    }

    private void Value(ExpressionSyntax expression, bool isOutermost)
    {
        if (depth >= MaxDepth)
        {
            facts.IsOpaque = true;
            return;
        }

        depth++;
        if (JsonText.IsText(expression)) new JsonText(model).Into(facts, expression);
        else Trace(expression, isOutermost);
        depth--;
    }

    private void Trace(ExpressionSyntax expression, bool isOutermost)
    {
        var trace = ObjectFlow.Trace(model, expression);
        if (trace.Escapes) facts.IsOpaque = true;
        foreach (var origin in trace.Origins) Origin(origin, isOutermost);
        foreach (var unresolved in trace.Unresolved) Unresolved(unresolved, isOutermost);
        foreach (var write in trace.Writes) Write(write);
    }

    private void Write(MemberWrite write)
    {
        if (write.Path is "Content")
        {
            Value(write.Value, isOutermost: true);
            return;
        }

        if (write.Path.EndsWith(Paths.AnyKey, System.StringComparison.Ordinal))
        {
            facts.IsOpaque = true;
            return;
        }

        foreach (var name in write.Path.Split('.', '[', ']').Where(part => part.Length > 0))
        {
            facts.Add(name, IsNothing(write.Value) ? null : write.Value);
            if (CapNames.IsCap(name) && IsNothing(write.Value) && facts.Caps.Count == 0) facts.HasCap = false;
        }

        Nested(write.Value);
    }

    // Only what could hold a bound is followed: objects and lists of the same statement, and variables that hold them.
    private void Nested(ExpressionSyntax value)
    {
        switch (value)
        {
            case AnonymousObjectCreationExpressionSyntax or BaseObjectCreationExpressionSyntax or WithExpressionSyntax: Value(value, isOutermost: false); break;
            case IdentifierNameSyntax when model.GetTypeInfo(value).Type is { SpecialType: SpecialType.None, TypeKind: not (TypeKind.Array or TypeKind.Enum or TypeKind.Interface) } type && !IsList(type):
                Value(value, isOutermost: false);
                break;
            case ImplicitArrayCreationExpressionSyntax list: Elements(list.Initializer.Expressions); break;
            case ArrayCreationExpressionSyntax { Initializer: { } list }: Elements(list.Expressions); break;
            case CollectionExpressionSyntax list: Elements(list.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression)); break;
            case ConditionalExpressionSyntax either:
                Nested(either.WhenTrue);
                Nested(either.WhenFalse);
                break;
        }
    }

    private void Elements(IEnumerable<ExpressionSyntax> elements)
    {
        foreach (var element in elements.Take(4)) Nested(element);
    }

    private void Origin(ExpressionSyntax origin, bool isOutermost)
    {
        if (origin is AnonymousObjectCreationExpressionSyntax)
        {
            if (isOutermost) facts.Origins.Add(origin);
            return;
        }

        if (origin is not BaseObjectCreationExpressionSyntax creation)
        {
            facts.IsOpaque = isOutermost;
            return;
        }

        var type = model.GetTypeInfo(creation).Type;
        var first = creation.ArgumentList?.Arguments.FirstOrDefault()?.Expression;
        if (type is not null && Carriers.Contains(type.Name))
        {
            if (type.Name is "HttpRequestMessage") return;
            if (first is null) Writer(creation);
            else Value(first, isOutermost);
            return;
        }

        if (type is not null && IsMap(type))
        {
            if (isOutermost) facts.Origins.Add(origin);
            foreach (var argument in creation.ArgumentList?.Arguments ?? default)
            {
                if (argument.Expression is ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } pair } member && FileIndex.NameOf(member.Type) is "JProperty") Write(new(Paths.Key(pair[0].Expression), pair[1].Expression));
                else if (argument.Expression is not MemberAccessExpressionSyntax) facts.IsOpaque = true;
            }

            return;
        }

        if (TypeFacts.Of(type) is not { } members)
        {
            if (isOutermost || type is null or IErrorTypeSymbol) facts.IsOpaque = true;
            return;
        }

        if (isOutermost) facts.Origins.Add(origin);
        Members(members, creation);
    }

    private void Members(TypeFacts members, BaseObjectCreationExpressionSyntax? creation)
    {
        foreach (var name in members.Names.Where(name => !CapNames.IsCap(name))) facts.Names.Add(name);
        if (members.HasDefaultCap) facts.HasCap = true;
        if (members.IsOpen) facts.IsOpaque = true;
        if (members.CapMembers.Count == 0) return;

        // A constructor that takes arguments may set the bound from any of them; a record's own sets each member from the parameter of its name.
        if (creation is null || creation.ArgumentList is { Arguments.Count: > 0 } arguments && !IsOfRecord(members, creation, arguments.Arguments)) facts.IsOpaque = true;
    }

    private bool IsOfRecord(TypeFacts members, BaseObjectCreationExpressionSyntax creation, SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        if (model.GetSymbolInfo(creation).Symbol is not IMethodSymbol { ContainingType.IsRecord: true } made || made.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not RecordDeclarationSyntax) return false;
        var caps = made.Parameters.Where(parameter => members.CapMembers.Contains(parameter.Name)).ToList();
        if (caps.Count != members.CapMembers.Count) return false;
        foreach (var cap in caps)
        {
            var given = arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == cap.Name)
                ?? arguments.Where((argument, position) => argument.NameColon is null && position == cap.Ordinal).FirstOrDefault();
            if (given is null) facts.HasCap |= cap is { HasExplicitDefaultValue: true, ExplicitDefaultValue: not null };
            else if (!IsNothing(given.Expression)) facts.AddCap(given.Expression);
        }

        return true;
    }

    private void Unresolved(ExpressionSyntax expression, bool isOutermost)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax or InterpolatedStringExpressionSyntax or BinaryExpressionSyntax when JsonText.IsText(expression):
                new JsonText(model).Into(facts, expression);
                return;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when Receiving.Contains(access.Name.Identifier.ValueText) && !IsStatic(call):
                if (IsBuffer(access.Expression)) Writer(expression);
                else Value(access.Expression, isOutermost);
                return;
            case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call when Passing.Contains(FileIndex.NameOf(call.Expression) ?? ""):
                Value(arguments[0].Expression, isOutermost);
                return;
            case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call when FileIndex.NameOf(call.Expression) is "GetString":
                Value(arguments[0].Expression, isOutermost);
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                new JsonText(model).Into(facts, sum);
                return;
        }

        // An SDK's own request, written out: its options hold the bound under their names.
        if (TypeNames.IsOrInherits(model.GetTypeInfo(expression).Type, OptionTypes))
        {
            facts.IsOpaque = true;
            return;
        }

        // A parameter, or a field of somebody else's: the type may still tell that there is no bound.
        if (TypeFacts.Of(model.GetTypeInfo(expression).Type) is { } members) Members(members, null);
        else if (IsBuffer(expression)) Writer(expression);
        else if (isOutermost || model.GetTypeInfo(expression).Type is { SpecialType: SpecialType.System_Object } or null or IErrorTypeSymbol or { TypeKind: TypeKind.Dynamic }) facts.IsOpaque = true;
    }

    private bool IsStatic(InvocationExpressionSyntax call) => model.GetSymbolInfo(call).Symbol is { IsStatic: true } and not IMethodSymbol { IsExtensionMethod: true };

    private bool IsBuffer(ExpressionSyntax expression) => model.GetTypeInfo(expression).Type?.Name is "MemoryStream" or "ArrayBufferWriter" or "ReadOnlyMemory" or "ReadOnlySpan"
        && model.GetTypeInfo((expression as MemberAccessExpressionSyntax)?.Expression ?? expression).Type?.Name is "MemoryStream" or "ArrayBufferWriter";

    /// <summary>A body written by a Utf8JsonWriter: the names that the member around it writes.</summary>
    private void Writer(ExpressionSyntax at)
    {
        var scope = Scopes.OfLocal(at);
        var writes = scope?.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => FileIndex.NameOf(call.Expression) is { } name && name.StartsWith("Write", System.StringComparison.Ordinal)
                && call.Expression is MemberAccessExpressionSyntax access && model.GetTypeInfo(access.Expression).Type?.Name is "Utf8JsonWriter" or "JsonTextWriter" or "JsonWriter").ToList();
        if (writes is not { Count: > 0 })
        {
            facts.IsOpaque = true;
            return;
        }

        foreach (var write in writes)
        {
            var arguments = write.ArgumentList.Arguments;
            if (FileIndex.NameOf(write.Expression) is "WriteRawValue") facts.IsOpaque = true;
            if (arguments.Count == 0 || FileIndex.NameOf(write.Expression) is { } name && name.EndsWith("Value", System.StringComparison.Ordinal)) continue;
            if (model.GetConstantValue(arguments[0].Expression) is { HasValue: true, Value: string key }) facts.Add(key, arguments.Count > 1 ? arguments[1].Expression : null);
            else if (arguments[0].Expression is LiteralExpressionSyntax literal) facts.Add(literal.Token.ValueText, arguments.Count > 1 ? arguments[1].Expression : null);
            else facts.IsOpaque = true;
        }
    }

    private static bool IsMap(ITypeSymbol type) => type.Name is "Dictionary" or "JsonObject" or "JObject" or "ExpandoObject" or "SortedDictionary" or "Hashtable";

    private static bool IsList(ITypeSymbol type) => type.Name is not "Dictionary" && type.AllInterfaces.Any(one => one.Name is "IList" or "ICollection") && !IsMap(type);

    private static bool IsNothing(ExpressionSyntax value) => value.IsKind(SyntaxKind.NullLiteralExpression) || value.IsKind(SyntaxKind.DefaultLiteralExpression);
}
