using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Decides whether a call has an output bound. Unknown wherever something out of sight could set one.</summary>
internal sealed class BoundFinder(SemanticModel model, Surroundings surroundings)
{
    public Bound Find(CallSite site)
    {
        var bound = Of(site);

        // SafeLlm beneath or around the client inserts what is missing; a client past it is another rule's.
        return bound.State == BoundState.Absent && surroundings.IsBoundedBySafeLlm ? Bound.Unknown : bound;
    }

    private Bound Of(CallSite site)
    {
        if (site.Protocol is not null) return Bound.Unknown;
        if (site.Call.IsOfFunction) return OfFunction(site);
        if (site.Call.IsOfReceiver) return site.Receiver is { } holder and not BaseExpressionSyntax ? Of(holder, site.Call.Options) : Bound.Unknown;
        if (site.Options is { } options)
        {
            // A default of the client's fills what the options leave open.
            var given = Of(options, site.Call.Options);
            return given.State == BoundState.Absent && IsBoundedByReceiver(site) ? Bound.Unknown : given;
        }

        if (IsWrapper(site) || IsBoundedByReceiver(site)) return Bound.Unknown;
        return new Bound(site.Call.Options.IsRequired ? BoundState.Unknown : BoundState.Absent);
    }

    /// <summary>The bound that an options expression carries.</summary>
    public Bound Of(ExpressionSyntax options, OptionsShape shape)
    {
        var trace = ObjectFlow.Trace(model, options);
        if (shape.Wraps is { } inner) return OfWrapped(trace, inner);
        return OfTrace(trace, shape);
    }

    // A prompt function carries the settings that it was made with; those of the arguments go before them.
    private Bound OfFunction(CallSite site)
    {
        var arguments = site.Options is { } given ? Of(given, site.Call.Options) : new Bound(BoundState.Absent);
        if (arguments.State != BoundState.Absent) return arguments;
        var function = TypeNames.Of(site.Method.ContainingType) == "Microsoft.SemanticKernel.KernelFunction" ? site.Receiver : site.Invocation.ArgumentList.Arguments.FirstOrDefault()?.Expression;
        if (function is null) return Bound.Unknown;
        var trace = ObjectFlow.Trace(model, function);
        if (trace.Escapes || trace.Origins.Count > 0 || trace.Unresolved.Count == 0) return Bound.Unknown;
        var bounds = trace.Unresolved.Select(OfPromptFunction).ToList();
        if (bounds.FirstOrDefault(bound => bound.State == BoundState.Present) is { } present) return present;
        return bounds.All(bound => bound.State == BoundState.Absent) ? bounds[0] : Bound.Unknown;
    }

    private Bound OfPromptFunction(ExpressionSyntax made)
    {
        if (made is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call || FileIndex.NameOf(call.Expression) is not ("CreateFunctionFromPrompt" or "CreateFromPrompt")) return Bound.Unknown;
        if (model.GetTypeInfo(arguments[0].Expression).Type is not { SpecialType: SpecialType.System_String }) return Bound.Unknown;
        foreach (var argument in arguments.Skip(1))
        {
            var type = model.GetTypeInfo(argument.Expression).Type;
            if (argument.NameColon?.Name.Identifier.ValueText == "executionSettings" || TypeNames.IsOrInherits(type, OptionsShapes.KernelSettings.Types) || type is null or IErrorTypeSymbol) return Of(argument.Expression, OptionsShapes.KernelSettings);
        }

        return new Bound(BoundState.Absent);
    }

    private Bound OfTrace(ObjectTrace trace, OptionsShape shape)
    {
        var values = new List<ExpressionSyntax>();
        var isOpaque = trace.IsOpaque || trace.Origins.Any(origin => !IsPlain(origin, shape));
        foreach (var write in trace.Writes)
        {
            if (shape.Caps.Contains(write.Path))
            {
                if (!IsNothing(write.Value)) values.Add(write.Value);
                continue;
            }

            var deeper = shape.Caps.FirstOrDefault(cap => cap.StartsWith(write.Path + ".", System.StringComparison.Ordinal));
            if (deeper is not null)
            {
                var nested = ObjectFlow.Trace(model, write.Value);
                var member = deeper.Substring(write.Path.Length + 1);
                values.AddRange(nested.Writes.Where(one => one.Path == member && !IsNothing(one.Value)).Select(one => one.Value));
                isOpaque |= nested.IsOpaque || nested.Writes.Any(one => shape.Openers.Contains(write.Path + "." + one.Path) && !IsNothing(one.Value));
            }
            else if (shape.Bags.FirstOrDefault(bag => write.Path.StartsWith(bag, System.StringComparison.Ordinal)) is { } bag)
            {
                var keys = write.Path.Length > bag.Length ? [write] : BagWrites(write.Value, ref isOpaque);
                foreach (var key in keys)
                {
                    if (key.Path.EndsWith(Paths.AnyKey, System.StringComparison.Ordinal)) isOpaque = true;
                    else if (CapNames.IsCap(key.Path)) values.Add(key.Value);
                }
            }
            else if (shape.Openers.Contains(write.Path) && !IsNothing(write.Value))
            {
                isOpaque = true;
            }
        }

        if (values.Count > 0) return new Bound(BoundState.Present) { Values = values };
        return isOpaque ? Bound.Unknown : new Bound(BoundState.Absent) { Origins = trace.Origins };
    }

    private List<MemberWrite> BagWrites(ExpressionSyntax bag, ref bool isOpaque)
    {
        var trace = ObjectFlow.Trace(model, bag);
        isOpaque |= trace.IsOpaque;
        return trace.Writes;
    }

    private Bound OfWrapped(ObjectTrace trace, OptionsShape inner)
    {
        if (trace.IsOpaque || trace.Writes.Any(write => write.Path == "ExecutionSettings" && !IsNothing(write.Value))) return Bound.Unknown;
        var bounds = new List<Bound>();
        foreach (var origin in trace.Origins)
        {
            if (origin is CollectionExpressionSyntax) continue;
            if (origin is not BaseObjectCreationExpressionSyntax creation) return Bound.Unknown;
            foreach (var argument in creation.ArgumentList?.Arguments ?? default)
            {
                if (IsNothing(argument.Expression)) continue;
                var given = model.GetTypeInfo(argument.Expression).Type;
                if (!TypeNames.IsOrInherits(given, inner.Types) && !IsOfUnknownConnector(given)) return Bound.Unknown;
                bounds.Add(Of(argument.Expression, inner));
            }
        }

        if (bounds.FirstOrDefault(bound => bound.State == BoundState.Present) is { } present) return present;
        if (bounds.Any(bound => bound.State == BoundState.Unknown)) return Bound.Unknown;
        return new Bound(BoundState.Absent) { Origins = bounds.Count > 0 ? [.. bounds.SelectMany(bound => bound.Origins)] : [] };
    }

    // A class of the user's own that derives from the options may set the bound in its constructor; so may arguments of one.
    private bool IsPlain(ExpressionSyntax origin, OptionsShape shape)
    {
        if (origin is not BaseObjectCreationExpressionSyntax) return false;
        var type = model.GetTypeInfo(origin).Type;
        return type is null or IErrorTypeSymbol
            ? origin is ImplicitObjectCreationExpressionSyntax || IsOfUnknownConnector(type)
            : TypeNames.IsAny(type, shape.Types) || type.DeclaringSyntaxReferences.Length == 0;
    }

    // A scan has no references of most of Semantic Kernel's connectors: the name of their settings tells, beside the namespace that has them.
    private bool IsOfUnknownConnector(ITypeSymbol? type) =>
        type is IErrorTypeSymbol && type.Name.EndsWith("PromptExecutionSettings", System.StringComparison.Ordinal)
        && model.SyntaxTree.GetRoot() is CompilationUnitSyntax unit && unit.Usings.Any(one => one.Name?.ToString().StartsWith("Microsoft.SemanticKernel.Connectors.", System.StringComparison.Ordinal) == true);

    // A class that is itself such a client: its caller's options are the ones that matter, and they are not passed here.
    private bool IsWrapper(CallSite site) => site.Receiver is BaseExpressionSyntax || IsWithinSdk(site);

    /// <summary>Whether the call stands in the SDK's own type: its callers' options are the ones that matter.</summary>
    public bool IsWithinSdk(CallSite site) =>
        site.Receiver is null or ThisExpressionSyntax && site.Invocation.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        && TypeNames.IsOrInherits(model.GetDeclaredSymbol(type), site.Call.Types);

    private bool IsBoundedByReceiver(CallSite site)
    {
        if (site.Call.Sdk == ModelCalls.ExtensionsAi && surroundings.ChatClientIsConfigured) return true;
        if (site.Receiver is not { } receiver) return false;
        if (IsOwnClient(model.GetTypeInfo(receiver).Type)) return true;
        if (site.Call.Sdk is not (ModelCalls.ExtensionsAi or ModelCalls.SemanticKernel)) return false;
        var trace = ObjectFlow.Trace(model, receiver);
        return trace.Origins.Any(origin => IsOwnClient(model.GetTypeInfo(origin).Type))
            || trace.Origins.Concat(trace.Unresolved).Concat([receiver]).Any(HasDefaultBound);
    }

    // A home-made client may bound what it sends; the call inside it is the one to look at. A partial view of an SDK's own source is none.
    private static bool IsOwnClient(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Struct } && type.DeclaringSyntaxReferences.Length > 0 && !ModelCalls.All.Any(call => TypeNames.IsAny(type, call.Types))
        && TypeNames.Root(type) is not ("OpenAI" or "Betalgo" or "Microsoft" or "OllamaSharp" or "Azure");

    // Adapters of Anthropic set a bound where none is given, and so does SafeLlm.
    public bool HasDefaultBound(ExpressionSyntax made) => made.DescendantNodesAndSelf().OfType<ExpressionSyntax>()
        .Any(part => part is IdentifierNameSyntax or ObjectCreationExpressionSyntax or InvocationExpressionSyntax
            && (TypeNames.Root(model.GetTypeInfo(part).Type) is "Anthropic" or "SafeLlm" || part is InvocationExpressionSyntax && MakesAnthropic(part)));

    // A factory out of sight, by its text alone: it only ever makes the rule quieter.
    private bool MakesAnthropic(ExpressionSyntax call) =>
        model.GetSymbolInfo(call).Symbol?.DeclaringSyntaxReferences.Any(one => one.GetSyntax().ToString().IndexOf("Anthropic", System.StringComparison.Ordinal) >= 0) == true;

    private static bool IsNothing(ExpressionSyntax value) =>
        value.IsKind(SyntaxKind.NullLiteralExpression) || value.IsKind(SyntaxKind.DefaultLiteralExpression) || value is DefaultExpressionSyntax;
}
