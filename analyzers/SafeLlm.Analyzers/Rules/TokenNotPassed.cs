using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM017: a call of a model cannot be cancelled.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TokenNotPassed : Rule
{
    internal const string Id = "SLLM017";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A call of a model cannot be cancelled",
        "'{0}' is at hand and is not passed to {1}: a caller who has left is still paid for",
        RuleCategory.Reliability,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A call that nobody waits for any more goes on and is billed, unless the token reaches it.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ModelCalls.MethodNames;

    internal const string TokenProperty = "token";

    internal override void Check(FileCheck file)
    {
        foreach (var site in file.Flow.Calls.Where(site => site.IsBound))
        {
            var parameter = site.Method.Parameters.FirstOrDefault(one => one.Type.Name == "CancellationToken");
            if (parameter is null || site.Invocation.ArgumentList.Arguments.Any(argument => IsToken(file.Type(argument.Expression)) || argument.NameColon?.Name.Identifier.ValueText == parameter.Name)) continue;
            var token = Around(file, site.Invocation);
            if (token is null || site.Invocation.FirstAncestorOrSelf<ExpressionSyntax>(node => node.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WithCancellation" } }) is not null) continue;
            if (site.Invocation.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WithCancellation" }) continue;
            file.Report(site.Location, ImmutableDictionary<string, string?>.Empty.Add(TokenProperty, parameter.Name + ": " + token), [], token, site.Name?.Identifier.ValueText ?? "the call");
        }
    }

    private static string? Around(FileCheck file, SyntaxNode at)
    {
        var member = at.Ancestors().FirstOrDefault(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);
        var parameters = (member as BaseMethodDeclarationSyntax)?.ParameterList ?? (member as LocalFunctionStatementSyntax)?.ParameterList;
        return parameters?.Parameters.FirstOrDefault(one => file.Model.GetDeclaredSymbol(one) is IParameterSymbol { Type: var type } && IsToken(type))?.Identifier.ValueText;
    }

    private static bool IsToken(ITypeSymbol? type) => type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" };
}
