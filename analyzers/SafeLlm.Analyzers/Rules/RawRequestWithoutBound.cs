using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM004: a request of a model that is put together by hand has no output bound in its JSON.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RawRequestWithoutBound : Rule
{
    internal const string Id = "SLLM004";
    internal const string KeyProperty = "key";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A raw request of a model has no output bound",
        "The JSON of this request has no output bound: add {0}",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Without a bound a model may answer up to its own maximum. No member of the request's body, as the source builds it, bounds the output.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. RawRequestFinder.Names, .. ModelCalls.MethodNames];

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        // SafeLlm inserts a bound where there is none.
        if (file.Surroundings.IsBoundedBySafeLlm) return;
        foreach (var request in file.Flow.Requests)
        {
            if (request.State != BoundState.Absent) continue;
            var key = CapKey.For(request);
            file.Report(
                request.Location,
                ImmutableDictionary<string, string?>.Empty.Add(KeyProperty, key),
                request.Body.Origins.OfType<AnonymousObjectCreationExpressionSyntax>().Select(origin => origin.GetLocation()),
                key);
        }
    }
}
