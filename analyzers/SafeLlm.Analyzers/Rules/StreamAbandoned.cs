using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM021: a stream of a model is left open.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StreamAbandoned : Rule
{
    internal const string Id = "SLLM021";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A stream of a model is left open",
        "This response is read as it comes and never disposed of: left early, it goes on being written and billed",
        RuleCategory.Cost,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A response whose headers were read and whose body was not keeps its connection, and the model keeps writing, until it is disposed of.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => RawRequestFinder.Names;

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        foreach (var request in file.Flow.Requests)
        {
            if (!request.Invocation.ArgumentList.Arguments.Any(argument => FileIndex.NameOf(argument.Expression) == "ResponseHeadersRead")) continue;
            var awaited = (SyntaxNode)request.Invocation;
            while (awaited.Parent is AwaitExpressionSyntax or ParenthesizedExpressionSyntax || awaited.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } || awaited.Parent is InvocationExpressionSyntax) awaited = awaited.Parent;
            if (awaited.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax statement } variable } || !statement.UsingKeyword.IsKind(SyntaxKind.None)) continue;
            if (file.Model.GetDeclaredSymbol(variable) is ILocalSymbol local && Scopes.OfLocal(statement) is { } scope && Scopes.References(file.Model, scope, local).All(IsOnlyRead)) file.Report(variable.Identifier.GetLocation());
        }
    }

    // Returned, passed on or disposed of: somebody else's, or done.
    private static bool IsOnlyRead(IdentifierNameSyntax use) => use.Parent is MemberAccessExpressionSyntax access && access.Expression == use && access.Name.Identifier.ValueText is not "Dispose";
}
