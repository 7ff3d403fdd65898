using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using System.Linq;
using Microsoft.CodeAnalysis.Simplification;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LimitFanOut)), Shared]
public sealed class LimitFanOut() : RuleFix("SLLM013", "Limit the parallel calls")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        var loop = place.Node.Ancestors().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => FileIndex.NameOf(call.Expression) is "ForEachAsync" or "ForEach");
        if (loop is null || loop.ArgumentList.Arguments.Count < 2) return null;
        var options = SyntaxFactory.Argument(SyntaxFactory.ParseExpression("new global::System.Threading.Tasks.ParallelOptions { MaxDegreeOfParallelism = 4 }").WithLeadingTrivia(SyntaxFactory.Space).WithAdditionalAnnotations(Simplifier.Annotation));
        return place.Root.ReplaceNode(loop, loop.WithArgumentList(loop.ArgumentList.WithArguments(loop.ArgumentList.Arguments.Insert(1, options))));
    }
}
