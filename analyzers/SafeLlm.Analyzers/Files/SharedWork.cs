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

    // Parts of the names of what is referred to, or of what is compiled: to look for types would have the compiler look into every reference now.
    private static readonly string[] SdkNames = ["OpenAI", "Anthropic", "Azure.AI", "Extensions.AI", "SemanticKernel", "Ollama", "Agents.AI", "SafeLlm"];
    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> Wanted = new();

    /// <summary>
    /// Whether rules have anything to do in a compilation: an SDK may be there, or some source names a model. Where neither is so, none
    /// registers for files: two dozen rules that are asked about every file for nothing cost more than to read all of it once.
    /// </summary>
    public static bool IsWanted(Compilation compilation, CancellationToken cancellationToken) =>
        Wanted.GetValue(compilation, key => new StrongBox<bool>(MayHaveSdk(key) || key.SyntaxTrees.Any(tree => FileIndex.IsModelIn(tree, cancellationToken)))).Value;

    /// <summary>Registers a rule's turns with the index: half of all files, ahead of the first rule, which needs it for every file.</summary>
    public static void Register(Rule rule, CompilationStartAnalysisContext start)
    {
        if (rule is not OptionsNotPassed || !MayHaveSdk(start.Compilation)) return;
        start.RegisterSyntaxTreeAction(file =>
        {
            if (TurnOf(file.Tree) % 2 == 0) FileIndex.Prepare(file.Tree, file.CancellationToken);
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

    private static bool MayHaveSdk(Compilation compilation) =>
        IsSdk(compilation.AssemblyName) || compilation.ExternalReferences.Any(reference => IsSdk(reference.Display));

    private static bool IsSdk(string? name) => name is not null && SdkNames.Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);

    private static int TurnOf(SyntaxTree tree) => RuntimeHelpers.GetHashCode(tree);
}
