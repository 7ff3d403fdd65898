using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM005: a model is called past SafeLlm.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PastSafeLlm : Rule
{
    internal const string Id = "SLLM005";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A model is called past SafeLlm",
        "{0} calls a model past SafeLlm: unsigned, and held against no budget. Put SafeLlmHandler beneath it, or use SafeLlmClient.",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The project refers to SafeLlm, so its limits and signatures are meant to hold for every call. This client is made without the handler.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. SdkClients.Names, .. RawRequestFinder.Names];

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasSafeLlmClient && !surroundings.IsTestProject;

    internal override void Check(FileCheck file)
    {
        foreach (var creation in file.Index.Creations(SdkClients.Names))
        {
            if (SdkClients.Includes(file.Type(creation)) && !IsGuarded(file, creation)) file.Report(creation.Type.GetLocation(), creation.Type.ToString());
        }

        foreach (var request in file.Flow.Requests.Where(request => request.Protocol is null))
        {
            if (request.Invocation.Expression is not MemberAccessExpressionSyntax { Expression: var client } access) continue;
            var made = ObjectFlow.Trace(file.Model, client);
            if (made.IsOpaque || made.Origins.Count == 0 || made.Origins.Any(origin => IsGuarded(file, origin) || HasOwnHandler(file, origin))) continue;
            file.Report(access.Name.GetLocation(), "This HttpClient");
        }
    }

    // Beneath an SDK, or around it in the same member: where SafeLlm is named, the member's author knows of it.
    private static bool IsGuarded(FileCheck file, SyntaxNode made)
    {
        var scope = Scopes.OfLocal(made) ?? made;
        if (scope is CompilationUnitSyntax) scope = made.FirstAncestorOrSelf<GlobalStatementSyntax>() is { } ? scope : made;
        return scope.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText is "SafeLlmHandler" or "AddSafeLlm" or "UseSafeLlm" or "SafeLlmChatClient" or "AddSafeLlmClient")
            || made is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: var arguments } && arguments.Any(argument => IsHandedIn(file, argument.Expression));
    }

    // A transport or options that were made elsewhere may have the handler.
    private static bool IsHandedIn(FileCheck file, ExpressionSyntax argument)
    {
        if (file.Type(argument)?.Name is not { } name || !name.EndsWith("Options", StringComparison.Ordinal) && name is not ("HttpClient" or "HttpMessageHandler")) return false;
        var trace = ObjectFlow.Trace(file.Model, argument);
        return trace.IsOpaque || trace.Writes.Any(write => write.Path is "Transport" or "HttpClient");
    }

    private static bool HasOwnHandler(FileCheck file, ExpressionSyntax origin) =>
        origin is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
        && file.Type(arguments[0].Expression) is { } handler && TypeNames.Of(handler) is not ("System.Net.Http.HttpClientHandler" or "System.Net.Http.SocketsHttpHandler");
}
