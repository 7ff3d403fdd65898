using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Flow;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers.Files;

/// <summary>
/// Who does what every rule needs of a file: the index of its names, and the calls in it with their bounds. Each is found once a
/// file, by the rule whose turn it is there. Left to whoever asks first, the compiler's report would charge two rules with most of
/// the whole, and who switched those off would only see the next ones charged with it. A turn that does not come, because its rule
/// is switched off or the compiler has another order, loses nothing: the first that asks finds what is missing.
/// </summary>
internal static class SharedWork
{
    // A compiler asks the rules in the order of their names, and these are the ones up to the first that needs the calls. That a
    // rule has nothing to look for in the compilation does not matter.
    private static readonly Type[] Tracing = [typeof(KeyOnTheClientSide), typeof(NoDeadline), typeof(NoOutputBound)];
    private static readonly WordMarks CallMarks = RuleNames.MarksOf(RuleList.All.OfType<NoOutputBound>().Single());

    // Of the names of files, as nothing is reported or left out by them.
    private static readonly string[] SdkFiles = ["OpenAI", "Anthropic", "Azure.AI", "Extensions.AI", "SemanticKernel", "Ollama", "Agents.AI", "SafeLlm"];

    /// <summary>Registers a rule's turns with the index: half of all files, ahead of the first rule, which needs it for every file.</summary>
    public static void Register(Rule rule, CompilationStartAnalysisContext start)
    {
        if (rule is not OptionsNotPassed) return;
        var mayHaveSdk = start.Compilation.ExternalReferences.Any(reference => SdkFiles.Any(name => reference.Display?.IndexOf(name, StringComparison.OrdinalIgnoreCase) >= 0));
        start.RegisterSyntaxTreeAction(file =>
        {
            if (TurnOf(file.Tree) % 2 == 0) FileIndex.Prepare(file.Tree, mayHaveSdk, file.CancellationToken);
        });
    }

    /// <summary>Whether a rule has turns with the calls.</summary>
    public static bool IsTracedBy(Rule rule) => Array.IndexOf(Tracing, rule.GetType()) >= 0;

    /// <summary>Traces the calls of a file, if it is a rule's turn.</summary>
    public static void Trace(Rule rule, Surroundings surroundings, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Tracing[TurnOf(model.SyntaxTree) / 2 % Tracing.Length] == rule.GetType() && FileIndex.Of(model.SyntaxTree, surroundings, cancellationToken) is { } index && index.HasAny(CallMarks))
        {
            FileFlow.Of(model, surroundings, index).FindBounds();
        }
    }

    private static int TurnOf(SyntaxTree tree) => RuntimeHelpers.GetHashCode(tree);
}
