using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM022: options with an output bound are built and not passed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptionsNotPassed : Rule
{
    internal const string Id = "SLLM022";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "Options with an output bound are built and not passed",
        "'{0}' bounds the output and is not passed to {1}",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The options look as if the call were bounded, and it is not: they are built, and nothing ever reads them.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ModelCalls.MethodNames;

    internal const string OptionsProperty = "options";

    internal override void Check(FileCheck file)
    {
        foreach (var site in file.Flow.Calls)
        {
            if (site.Options is not null || site.Protocol is not null && !site.IsWithinSdk || site.Call.Options.IsRequired || Scopes.OfLocal(site.Invocation) is not { } scope) continue;
            foreach (var variable in scope.DescendantNodes().OfType<VariableDeclaratorSyntax>())
            {
                if (variable.SpanStart > site.Invocation.SpanStart || variable.Initializer is null || file.Model.GetDeclaredSymbol(variable, file.CancellationToken) is not ILocalSymbol local) continue;
                if (!TypeNames.IsOrInherits(local.Type, site.Call.Options.Types) || !IsUnread(file, scope, local) || !SetsBound(file, variable, site)) continue;
                file.Report(site.Location, ImmutableDictionary<string, string?>.Empty.Add(OptionsProperty, local.Name), [], local.Name, site.Name?.Identifier.ValueText ?? "the call");
                break;
            }
        }
    }

    private static bool SetsBound(FileCheck file, VariableDeclaratorSyntax variable, CallSite site)
    {
        var trace = ObjectFlow.Trace(file.Model, variable.Initializer!.Value);
        var uses = new ObjectUses(new ObjectFlow(file.Model), trace);
        foreach (var use in Scopes.References(file.Model, Scopes.OfLocal(variable)!, file.Model.GetDeclaredSymbol(variable)!)) uses.Read(use);
        return trace.Writes.Any(write => site.Call.Options.Caps.Contains(write.Path));
    }

    private static bool IsUnread(FileCheck file, SyntaxNode scope, ILocalSymbol local) => Scopes.References(file.Model, scope, local).All(IsWrite);

    private static bool IsWrite(IdentifierNameSyntax use)
    {
        SyntaxNode current = use;
        while (current.Parent is MemberAccessExpressionSyntax access && access.Expression == current) current = access;
        return current != use && (current.Parent is AssignmentExpressionSyntax assignment && assignment.Left == current || current.Parent is InvocationExpressionSyntax { Parent: ExpressionStatementSyntax });
    }
}
