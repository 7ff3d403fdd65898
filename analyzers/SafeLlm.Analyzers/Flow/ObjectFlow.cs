using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>
/// Follows an object from where it is used to where it was made, and collects what was written to it: through locals and branches
/// of the method, fields and constructors of the type, and one level of the file's own methods. Whatever else it meets makes the
/// trace opaque, and rules quiet.
/// </summary>
internal sealed class ObjectFlow(SemanticModel model)
{
    private const int MaxDepth = 6;

    private readonly HashSet<ISymbol> onTheWay = new(SymbolEqualityComparer.Default);
    private int depth;

    public SemanticModel Model => model;

    public static ObjectTrace Trace(SemanticModel model, ExpressionSyntax expression)
    {
        var trace = new ObjectTrace();
        new ObjectFlow(model).Follow(expression, trace);
        return trace;
    }

    internal void Follow(ExpressionSyntax expression, ObjectTrace trace)
    {
        if (depth >= MaxDepth)
        {
            trace.Unresolved.Add(expression);
            return;
        }

        depth++;
        FollowKind(expression, trace);
        depth--;
    }

    private void FollowKind(ExpressionSyntax expression, ObjectTrace trace)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner: Follow(inner.Expression, trace); break;
            case CastExpressionSyntax inner: Follow(inner.Expression, trace); break;
            case PostfixUnaryExpressionSyntax inner: Follow(inner.Operand, trace); break;
            case AwaitExpressionSyntax inner: Follow(inner.Expression, trace); break;
            case BinaryExpressionSyntax inner when inner.IsKind(SyntaxKind.AsExpression): Follow(inner.Left, trace); break;
            case AssignmentExpressionSyntax inner: Follow(inner.Right, trace); break;
            case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.NullLiteralExpression) || literal.IsKind(SyntaxKind.DefaultLiteralExpression):
                trace.MayBeNull = true;
                break;
            case DefaultExpressionSyntax: trace.MayBeNull = true; break;
            case BaseObjectCreationExpressionSyntax creation: FollowCreation(creation, trace); break;
            case AnonymousObjectCreationExpressionSyntax anonymous:
                trace.Origins.Add(anonymous);
                foreach (var member in anonymous.Initializers)
                {
                    if ((member.NameEquals?.Name.Identifier.ValueText ?? Files.FileIndex.NameOf(member.Expression)) is { } name) trace.Writes.Add(new(name, member.Expression));
                }

                break;
            case CollectionExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax: trace.Origins.Add(expression); break;
            case WithExpressionSyntax with:
                Follow(with.Expression, trace);
                ObjectInitializer.Read(with.Initializer, "", trace);
                break;
            case ConditionalExpressionSyntax either:
                Follow(either.WhenTrue, trace);
                Follow(either.WhenFalse, trace);
                break;
            case BinaryExpressionSyntax coalesce when coalesce.IsKind(SyntaxKind.CoalesceExpression):
                var before = trace.MayBeNull;
                Follow(coalesce.Left, trace);
                trace.MayBeNull = before;
                if (coalesce.Right is not ThrowExpressionSyntax) Follow(coalesce.Right, trace);
                break;
            case SwitchExpressionSyntax choice:
                foreach (var arm in choice.Arms.Where(arm => arm.Expression is not ThrowExpressionSyntax)) Follow(arm.Expression, trace);
                break;
            case InvocationExpressionSyntax invocation: FollowInvocation(invocation, trace); break;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax: FollowName(expression, trace); break;
            default: trace.Unresolved.Add(expression); break;
        }
    }

    private void FollowCreation(BaseObjectCreationExpressionSyntax creation, ObjectTrace trace)
    {
        trace.Origins.Add(creation);
        if (creation.ArgumentList is { Arguments: { Count: 1 } arguments })
        {
            // A copy constructor brings its source's members along.
            var made = model.GetTypeInfo(creation).Type;
            var given = model.GetTypeInfo(arguments[0].Expression).Type;
            if (made is not null && given is { TypeKind: TypeKind.Class } && SymbolEqualityComparer.Default.Equals(made, given)) Follow(arguments[0].Expression, trace);
        }

        if (creation.Initializer is { } initializer) ObjectInitializer.Read(initializer, "", trace);
    }

    private void FollowInvocation(InvocationExpressionSyntax invocation, ObjectTrace trace)
    {
        var name = Files.FileIndex.NameOf(invocation.Expression);
        if (name is "Clone" && invocation.Expression is MemberAccessExpressionSyntax { Expression: var cloned } && invocation.ArgumentList.Arguments.Count == 0)
        {
            Follow(cloned, trace);
            return;
        }

        if (name is "FromResult" or "FromObject" or "SerializeToNode" or "SerializeToElement" or "SerializeToDocument" or "ConfigureAwait")
        {
            var inner = name is "ConfigureAwait" ? (invocation.Expression as MemberAccessExpressionSyntax)?.Expression : invocation.ArgumentList.Arguments.FirstOrDefault()?.Expression;
            if (inner is not null)
            {
                Follow(inner, trace);
                return;
            }
        }

        if (OwnMethod(invocation) is not { } method || !onTheWay.Add(method.Symbol))
        {
            trace.Unresolved.Add(invocation);
            return;
        }

        var returned = Returned(method.Node).ToList();
        if (returned.Count == 0) trace.Unresolved.Add(invocation);
        foreach (var value in returned) Follow(value, trace);
        onTheWay.Remove(method.Symbol);
    }

    /// <summary>Follows one part of a tuple that a method of this file gives back, or that stands here.</summary>
    internal void FollowElement(ExpressionSyntax tuple, int index, ObjectTrace trace)
    {
        switch (tuple)
        {
            case AwaitExpressionSyntax inner: FollowElement(inner.Expression, index, trace); break;
            case ParenthesizedExpressionSyntax inner: FollowElement(inner.Expression, index, trace); break;
            case TupleExpressionSyntax made when index >= 0 && index < made.Arguments.Count: Follow(made.Arguments[index].Expression, trace); break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } access }: FollowElement(access.Expression, index, trace); break;
            case InvocationExpressionSyntax call when OwnMethod(call) is { } method && Returned(method.Node).ToList() is { Count: > 0 } returned && Enter(method.Symbol):
                depth++;
                foreach (var value in returned) FollowElement(value, index, trace);
                depth--;
                Leave(method.Symbol);
                break;
            default: trace.Unresolved.Add(tuple); break;
        }
    }

    private void FollowName(ExpressionSyntax name, ObjectTrace trace)
    {
        var symbol = model.GetSymbolInfo(name).Symbol;
        if (name is MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax or AwaitExpressionSyntax or ParenthesizedExpressionSyntax } part && symbol is IFieldSymbol { ContainingType: { IsTupleType: true } whole })
        {
            FollowElement(part.Expression, whole.TupleElements.Select(element => element.Name).ToList().IndexOf(symbol.Name), trace);
            return;
        }

        var scope = symbol switch
        {
            ILocalSymbol => Scopes.OfLocal(name),
            IFieldSymbol or IPropertySymbol => Scopes.OfMember(symbol, model.SyntaxTree),
            _ => null,
        };
        if (symbol is null || scope is null || symbol.DeclaringSyntaxReferences.Length != 1)
        {
            trace.Unresolved.Add(name);
            return;
        }

        if (!onTheWay.Add(symbol)) return;
        switch (symbol.DeclaringSyntaxReferences[0].GetSyntax())
        {
            case VariableDeclaratorSyntax { Initializer: { } initializer }: Follow(initializer.Value, trace); break;
            case VariableDeclaratorSyntax when symbol is IFieldSymbol || scope is not null: break;
            case PropertyDeclarationSyntax property when Returned(property).ToList() is { Count: > 0 } values:
                foreach (var value in values) Follow(value, trace);
                break;
            case PropertyDeclarationSyntax { Initializer: var value }:
                if (value is not null) Follow(value.Value, trace);
                break;
            case SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: AssignmentExpressionSyntax tuple } } list } one:
                FollowElement(tuple.Right, list.Variables.IndexOf(one), trace);
                break;
            case SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax tuple } list } one } }:
                FollowElement(tuple.Right, list.Arguments.IndexOf(one), trace);
                break;
            default: trace.Unresolved.Add(name); break;
        }

        var uses = new ObjectUses(this, trace);
        foreach (var use in Scopes.References(model, scope!, symbol)) uses.Read(use);
        if (symbol is IFieldSymbol && trace.Origins.Count == 0 && !trace.IsOpaque) trace.MayBeNull = true;
        onTheWay.Remove(symbol);
    }

    /// <summary>A method of this very file that an invocation surely reaches.</summary>
    internal (IMethodSymbol Symbol, SyntaxNode Node)? OwnMethod(ExpressionSyntax invocation)
    {
        if (model.GetSymbolInfo(invocation).Symbol is not IMethodSymbol method) return null;
        method = method.ReducedFrom ?? method.OriginalDefinition;
        if (method.IsVirtual || method.IsAbstract || method.IsOverride || method.DeclaringSyntaxReferences.Length != 1) return null;
        var declaration = method.DeclaringSyntaxReferences[0];
        return declaration.SyntaxTree == model.SyntaxTree ? (method, declaration.GetSyntax()) : null;
    }

    /// <summary>Enters a method once; false where the trace is in it already.</summary>
    internal bool Enter(ISymbol symbol) => depth < MaxDepth && onTheWay.Add(symbol);

    internal void Leave(ISymbol symbol) => onTheWay.Remove(symbol);

    /// <summary>What a method or a property gives back, on any path.</summary>
    internal static IEnumerable<ExpressionSyntax> Returned(SyntaxNode declaration)
    {
        var arrow = declaration switch
        {
            MethodDeclarationSyntax method => method.ExpressionBody,
            LocalFunctionStatementSyntax function => function.ExpressionBody,
            PropertyDeclarationSyntax property => property.ExpressionBody,
            _ => null,
        };
        if (arrow is not null) return [arrow.Expression];

        var body = declaration switch
        {
            MethodDeclarationSyntax method => (SyntaxNode?)method.Body,
            LocalFunctionStatementSyntax function => function.Body,
            PropertyDeclarationSyntax property => property.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration)),
            _ => null,
        };
        if (body is AccessorDeclarationSyntax accessor) body = (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody;
        if (body is ArrowExpressionClauseSyntax short_) return [short_.Expression];
        return body is null ? [] : body
            .DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<ReturnStatementSyntax>().Where(statement => statement.Expression is not null).Select(statement => statement.Expression!);
    }
}
