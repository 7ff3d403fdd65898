using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM013: calls of a model fan out without a limit.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedFanOut : Rule
{
    internal const string Id = "SLLM013";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "Calls of a model fan out without a limit",
        "As many calls of {0} run at once as there are items: limit them",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A list of a thousand items becomes a thousand calls at the same instant: rate limits refuse them, retries repeat them, and the bill comes before the first answer.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ModelCalls.MethodNames;

    internal override void Check(FileCheck file)
    {
        foreach (var site in file.Flow.Calls)
        {
            var lambda = site.Invocation.Ancestors().TakeWhile(node => node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax) || node is GlobalStatementSyntax).OfType<AnonymousFunctionExpressionSyntax>().FirstOrDefault();
            if (lambda?.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax outer } || IsThrottled(lambda)) continue;
            var isUnlimited = FileIndex.NameOf(outer.Expression) switch
            {
                "Select" => IsAwaitedTogether(outer) && !IsOfFixedSize(file, (outer.Expression as MemberAccessExpressionSyntax)?.Expression),
                "ForEachAsync" or "ForEach" => IsParallel(file, outer) && !HasOptions(file, outer) && !IsOfFixedSize(file, outer.ArgumentList.Arguments[0].Expression),
                _ => false,
            };
            if (isUnlimited) file.Report(site.Location, site.Name?.Identifier.ValueText ?? "the model");
        }
    }

    private static bool IsThrottled(SyntaxNode lambda) =>
        (Scopes.OfLocal(lambda) ?? lambda).DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText is "SemaphoreSlim" or "WaitAsync" or "AcquireAsync" or "Chunk" or "Take" or "RateLimiter");

    private static bool IsAwaitedTogether(InvocationExpressionSyntax select)
    {
        ExpressionSyntax whole = select;
        while (whole.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next }) whole = next;
        if (whole.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }) return FileIndex.NameOf(call.Expression) == "WhenAll";
        return whole.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }
            && (Scopes.OfLocal(select)?.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(one => FileIndex.NameOf(one.Expression) == "WhenAll"
                && one.ArgumentList.Arguments.Any(argument => argument.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == variable.Identifier.ValueText)) ?? false);
    }

    private static bool IsParallel(FileCheck file, InvocationExpressionSyntax call) => file.Symbol(call) is IMethodSymbol { ContainingType.Name: "Parallel" };

    private static bool HasOptions(FileCheck file, InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Any(argument => file.Type(argument.Expression)?.Name == "ParallelOptions");

    private static bool IsOfFixedSize(FileCheck file, ExpressionSyntax? source)
    {
        if (source is null) return true;
        var trace = ObjectFlow.Trace(file.Model, source);
        return !trace.IsOpaque && trace.Origins.Count > 0 && trace.Origins.All(origin => origin is CollectionExpressionSyntax { Elements.Count: < 9 } or ImplicitArrayCreationExpressionSyntax { Initializer.Expressions.Count: < 9 } or ArrayCreationExpressionSyntax { Initializer.Expressions.Count: < 9 }
            or BaseObjectCreationExpressionSyntax { Initializer.Expressions.Count: > 0 and < 9 });
    }
}
