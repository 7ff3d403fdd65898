using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Files;

/// <summary>One rule at one file: what it may ask, and where it reports.</summary>
internal sealed class FileCheck(
    Rule rule, Surroundings surroundings, SemanticModel model, FileIndex index, AnalyzerConfigOptionsProvider options, Action<Diagnostic> report, CancellationToken cancellationToken)
{
    /// <summary>Where a report carries the configured limit to the fix: the bound that it writes.</summary>
    public const string LimitProperty = "limit";

    private FileFlow? flow;

    public Surroundings Surroundings => surroundings;

    public SemanticModel Model => model;

    public FileIndex Index => index;

    public CancellationToken CancellationToken => cancellationToken;

    public RuleOptions Options => new(options, model.SyntaxTree);

    /// <summary>The flow of this file, shared by all rules: what a call was traced to once is not traced again.</summary>
    public FileFlow Flow => flow ??= FileFlow.Of(model, surroundings, index);

    public ISymbol? Symbol(SyntaxNode node) => model.GetSymbolInfo(node, cancellationToken).Symbol;

    public ITypeSymbol? Type(ExpressionSyntax node) => model.GetTypeInfo(node, cancellationToken).Type;

    public void Report(Location location, params object[] arguments) => Report(location, null, [], arguments);

    public void Report(Location location, ImmutableDictionary<string, string?>? properties, IEnumerable<Location> others, params object[] arguments)
    {
        if (GeneratedParts.Include(model, location)) return;
        report(Diagnostic.Create(rule.Descriptor, location, others, (properties ?? ImmutableDictionary<string, string?>.Empty).Add(LimitProperty, Options.MaxOutputTokens?.ToString(CultureInfo.InvariantCulture)), arguments));
    }
}
