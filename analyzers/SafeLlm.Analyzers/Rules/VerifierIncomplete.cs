using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM008: a verifier has no store, or is not in use.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class VerifierIncomplete : Rule
{
    internal const string Id = "SLLM008";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A verifier has no store, or is not in use",
        "{0}",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Without a store a verifier cannot tell a replay, and without the middleware nothing is verified.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["AddSafeLlmVerifier", "RequireSafeLlm"];

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasSafeLlmServer;

    private static readonly string[] Stores = ["UseInMemory", "UseSqlite", "UseRedis", "UseStores"];

    internal override void Check(FileCheck file)
    {
        foreach (var call in file.Index.Invocations("AddSafeLlmVerifier"))
        {
            if (IsOurs(file, call) && !HasStore(file, call)) file.Report(Name(call), "This verifier has no store for nonces, budgets and keys: call UseInMemory, UseSqlite or UseRedis on what AddSafeLlmVerifier returns");
        }

        if (file.Model.Compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary || file.Surroundings.Names("UseSafeLlm")) return;
        foreach (var call in file.Index.Invocations("RequireSafeLlm"))
        {
            if (IsOurs(file, call)) file.Report(Name(call), "The program never calls app.UseSafeLlm(): this endpoint refuses every call");
        }
    }

    private static bool HasStore(FileCheck file, InvocationExpressionSyntax call)
    {
        SyntaxNode end = call;
        while (end.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next } access)
        {
            if (Stores.Contains(access.Name.Identifier.ValueText)) return true;
            end = next;
        }

        // Kept or handed on: the store may be chosen there.
        if (end.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }) return end.Parent is not ExpressionStatementSyntax;
        return file.Model.GetDeclaredSymbol(variable) is not ILocalSymbol local || Scopes.OfLocal(call) is not { } scope
            || Scopes.References(file.Model, scope, local).Any(use => use.Parent is not MemberAccessExpressionSyntax access || Stores.Contains(access.Name.Identifier.ValueText));
    }

    private static bool IsOurs(FileCheck file, InvocationExpressionSyntax call) =>
        file.Symbol(call) is IMethodSymbol { ContainingAssembly.Name: "SafeLlm.AspNetCore" };

    private static Location Name(InvocationExpressionSyntax call) => ((call.Expression as MemberAccessExpressionSyntax)?.Name ?? (SyntaxNode)call).GetLocation();
}
