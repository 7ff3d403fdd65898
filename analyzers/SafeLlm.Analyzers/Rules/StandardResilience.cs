using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM026: the standard resilience handler stands on a client that calls a model.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StandardResilience : Rule
{
    internal const string Id = "SLLM026";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "The standard resilience handler stands on a client that calls a model",
        "The standard resilience handler gives an attempt ten seconds and sends a POST again when they are over, which is billed again: {0}",
        RuleCategory.Reliability,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Model calls take longer than ten seconds as a matter of course. The handler's retries then send, and bill, the same call up to four times.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => Handlers;

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasModelSdk || surroundings.HasSafeLlmClient || surroundings.Has("Microsoft.Extensions.DependencyInjection.ResilienceHttpClientBuilderExtensions");

    private static readonly string[] Handlers = ["AddStandardResilienceHandler", "AddStandardHedgingHandler"];

    internal override void Check(FileCheck file)
    {
        foreach (var call in file.Index.Invocations(Handlers))
        {
            if (file.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol { ContainingNamespace: { } space } || space.ToDisplayString() != "Microsoft.Extensions.DependencyInjection") continue;
            if (Reason(file, call) is { } reason) file.Report((call.Expression as MemberAccessExpressionSyntax)?.Name.GetLocation() ?? call.GetLocation(), reason);
        }
    }

    private static string? Reason(FileCheck file, InvocationExpressionSyntax call)
    {
        var statement = call.FirstAncestorOrSelf<StatementSyntax>() ?? (SyntaxNode)call;
        var names = statement.DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText).ToList();
        if (names.Contains("RemoveAllResilienceHandlers")) return null;
        if (names.Contains("AddSafeLlm") || names.Contains("AddSafeLlmClient")) return "SafeLlm retries on its own; remove this handler";
        if (statement.DescendantNodes().OfType<LiteralExpressionSyntax>().Any(literal => literal.IsKind(SyntaxKind.StringLiteralExpression) && (ModelText.NamesHost(literal.Token.ValueText) || ModelText.NamesRoute(literal.Token.ValueText))))
        {
            return "use AddSafeLlm on this client, or call RemoveAllResilienceHandlers for it";
        }

        // The typed client's own source tells whom it calls.
        var typed = statement.DescendantNodes().OfType<GenericNameSyntax>().FirstOrDefault(name => name.Identifier.ValueText == "AddHttpClient");
        if (typed is not null && typed.TypeArgumentList.Arguments.Select(type => file.Model.GetTypeInfo(type).Type).Any(CallsModel)) return "use AddSafeLlm on this client, or call RemoveAllResilienceHandlers for it";
        var isDefault = call.Ancestors().OfType<InvocationExpressionSyntax>().Any(outer => FileIndex.NameOf(outer.Expression) == "ConfigureHttpClientDefaults");
        return isDefault && file.Surroundings.CallsModelByFactory ? "as a default it stands on every client of this program, the model's among them; set it on the other clients only" : null;
    }

    private static bool CallsModel(ITypeSymbol? type) => type is not null && type.DeclaringSyntaxReferences.Any(reference => ModelText.IsIn(reference.GetSyntax().ToString()));
}
