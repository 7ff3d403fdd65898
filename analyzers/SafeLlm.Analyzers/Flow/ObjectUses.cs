using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Reads every use of a variable: what it writes to the object, and whether the object gets out of sight there.</summary>
internal sealed class ObjectUses(ObjectFlow flow, ObjectTrace trace)
{
    private static readonly string[] Readers = ["ToString", "GetHashCode", "Equals", "GetType", "Clone", "ToJsonString", "TryGetValue", "ContainsKey", "Select", "Where", "ToList", "ToArray", "Any", "First", "FirstOrDefault"];

    public void Read(ExpressionSyntax use)
    {
        ExpressionSyntax current = use;
        if (use.Parent is MemberAccessExpressionSyntax qualified && qualified.Name == use) current = qualified;
        var path = "";
        while (true)
        {
            switch (current.Parent)
            {
                case MemberAccessExpressionSyntax access when access.Expression == current:
                    if (access.Parent is InvocationExpressionSyntax invocation)
                    {
                        ReadMemberCall(path, access.Name.Identifier.ValueText, invocation);
                        return;
                    }

                    path = Paths.Join(path, access.Name.Identifier.ValueText);
                    current = access;
                    continue;
                case ConditionalAccessExpressionSyntax conditional when conditional.Expression == current:
                    if (conditional.WhenNotNull is InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } call)
                    {
                        ReadMemberCall(path, binding.Name.Identifier.ValueText, call);
                    }

                    return;
                case ElementAccessExpressionSyntax element when element.Expression == current:
                    path += element.ArgumentList.Arguments.Count == 1 ? Paths.Key(element.ArgumentList.Arguments[0].Expression) : Paths.AnyKey;
                    current = element;
                    continue;
                case AssignmentExpressionSyntax assignment when assignment.Left == current:
                    if (path.Length > 0) trace.Writes.Add(new(path, assignment.Right));
                    else flow.Follow(assignment.Right, trace);
                    return;
                case AssignmentExpressionSyntax assignment when path.Length == 0:
                    ReadAlias(flow.Model.GetSymbolInfo(assignment.Left).Symbol, assignment.Left);
                    return;
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when path.Length == 0:
                    ReadAlias(flow.Model.GetDeclaredSymbol(declarator), declarator);
                    return;
                case ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax deconstruction } tuple } element when deconstruction.Left == tuple:
                    if (path.Length == 0) flow.FollowElement(deconstruction.Right, tuple.Arguments.IndexOf(element), trace);
                    else trace.Escapes = true;
                    return;
                case ArgumentSyntax argument:
                    if (path.Length == 0) ReadArgument(argument);
                    else if (argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword) || IsBag(path)) trace.Escapes = true;
                    return;
                case ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax or ConditionalExpressionSyntax:
                    current = (ExpressionSyntax)current.Parent;
                    continue;
                case BinaryExpressionSyntax coalesce when coalesce.IsKind(SyntaxKind.CoalesceExpression):
                    current = coalesce;
                    continue;
                case RefExpressionSyntax:
                    trace.Escapes = true;
                    return;
                default:
                    return;
            }
        }
    }

    // Members that hold settings by name: whoever has them can set a bound.
    private static bool IsBag(string path) => path is "AdditionalProperties" or "ExtensionData" or "Patch" or "Options";

    private void ReadAlias(ISymbol? alias, SyntaxNode place)
    {
        var scope = alias is ILocalSymbol ? Scopes.OfLocal(place) : null;
        if (alias is null || scope is null)
        {
            // An element or a field of something else: writes through it are as rare as they are invisible here.
            if (alias is null or IParameterSymbol) trace.Escapes = true;
            return;
        }

        if (!flow.Enter(alias)) return;
        foreach (var use in Scopes.References(flow.Model, scope, alias)) Read(use);
        flow.Leave(alias);
    }

    private void ReadMemberCall(string path, string name, InvocationExpressionSyntax invocation)
    {
        var arguments = invocation.ArgumentList.Arguments;
        if (path == "Patch")
        {
            trace.Writes.Add(new("Patch" + (arguments.Count > 0 ? Paths.Key(arguments[0].Expression) : Paths.AnyKey), arguments.LastOrDefault()?.Expression ?? invocation));
        }
        else if (name is "Add" or "TryAdd" or "Set" or "SetValue" or "Insert" or "AddFirst" && arguments.Count >= 1)
        {
            if (arguments.Count == 1 && arguments[0].Expression is ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } pair } creation && FileIndex.NameOf(creation.Type) is "JProperty")
            {
                trace.Writes.Add(new(path + Paths.Key(pair[0].Expression), pair[1].Expression));
            }
            else if (arguments.Count == 2)
            {
                trace.Writes.Add(new(path + Paths.Key(arguments[0].Expression), arguments[1].Expression));
            }
        }
        else if (path.Length == 0 && !Readers.Contains(name))
        {
            // A method of the object's own type, or an extension of its SDK, is no stranger; others may set anything.
            if (flow.Model.GetSymbolInfo(invocation).Symbol is not IMethodSymbol method || !Trust.IsHarmless(method) && method.IsExtensionMethod) trace.Escapes = true;
        }
    }

    private void ReadArgument(ArgumentSyntax argument)
    {
        var call = argument.Parent?.Parent;
        if (argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword))
        {
            trace.Escapes = true;
            return;
        }

        if (call is not (InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax)) return;
        if (call is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }) return;
        var info = flow.Model.GetSymbolInfo(call);
        if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is not IMethodSymbol method)
        {
            trace.Escapes = true;
            return;
        }

        if (Trust.IsHarmless(method) || ModelCalls.Find(method) is not null) return;
        if (call is InvocationExpressionSyntax invocation && flow.OwnMethod(invocation) is { } own && Parameter(own.Symbol, argument) is { } parameter)
        {
            if (!flow.Enter(own.Symbol)) return;
            foreach (var use in Scopes.References(flow.Model, own.Node, parameter)) Read(use);
            flow.Leave(own.Symbol);
            return;
        }

        trace.Escapes = true;
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method, ArgumentSyntax argument)
    {
        if (argument.NameColon is { } named) return method.Parameters.FirstOrDefault(parameter => parameter.Name == named.Name.Identifier.ValueText);
        var position = ((BaseArgumentListSyntax)argument.Parent!).Arguments.IndexOf(argument) + (method.IsExtensionMethod ? 1 : 0);
        return position < method.Parameters.Length ? method.Parameters[position] : null;
    }
}
