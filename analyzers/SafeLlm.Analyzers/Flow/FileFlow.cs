using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Json;
using CallSite = SafeLlm.Analyzers.Calls.CallSite;

namespace SafeLlm.Analyzers.Flow;

/// <summary>What the rules found out about one bound file, kept so that each finds it once.</summary>
internal sealed class FileFlow
{
    private static readonly ConditionalWeakTable<SemanticModel, FileFlow> Known = new();

    private readonly Lazy<IReadOnlyList<CallSite>> calls;
    private readonly Lazy<IReadOnlyList<RawRequest>> requests;
    private readonly Lazy<IReadOnlyList<ExpressionSyntax>> caps;

    private FileFlow(SemanticModel model, Surroundings surroundings, FileIndex index)
    {
        var finder = new CallFinder(model, surroundings, index);
        calls = new(() => finder.Find(), LazyThreadSafetyMode.ExecutionAndPublication);
        requests = new(() => new RawRequestFinder(model, index, calls.Value).Find(), LazyThreadSafetyMode.ExecutionAndPublication);
        caps = new(() => [.. CapAssignments.In(model, index, requests.Value)], LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Every call of a model through an SDK.</summary>
    public IReadOnlyList<CallSite> Calls => calls.Value;

    /// <summary>Every request of a model in raw JSON.</summary>
    public IReadOnlyList<RawRequest> Requests => requests.Value;

    /// <summary>Every value that an output bound is set to.</summary>
    public IReadOnlyList<ExpressionSyntax> Caps => caps.Value;

    /// <summary>Finds the calls and what bounds each, for whoever asks later.</summary>
    public void FindBounds()
    {
        foreach (var call in Calls) _ = call.Bound;
    }

    public static FileFlow Of(SemanticModel model, Surroundings surroundings, FileIndex index) =>
        Known.GetValue(model, key => new FileFlow(key, surroundings, index));
}
