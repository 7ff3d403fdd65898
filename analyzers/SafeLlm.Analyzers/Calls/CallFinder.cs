using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Finds the calls of a file, the argument that holds each one's options, and its bound.</summary>
internal sealed class CallFinder(SemanticModel model, Surroundings surroundings, FileIndex index)
{
    private static readonly string[] Names = [.. ModelCalls.MethodNames];

    public IReadOnlyList<CallSite> Find()
    {
        if (!surroundings.HasModelSdk) return [];
        var bounds = new BoundFinder(model, surroundings);
        var sites = index.Invocations(Names).Select(invocation => Site(invocation, bounds)).Where(site => site is not null).Select(site => site!).OrderBy(site => site.Invocation.SpanStart).ToList();
        foreach (var site in sites) site.IsWithinSdk = bounds.IsWithinSdk(site);
        return sites;
    }

    private CallSite? Site(InvocationExpressionSyntax invocation, BoundFinder bounds)
    {
        var info = model.GetSymbolInfo(invocation);
        var methods = info.Symbol is IMethodSymbol bound ? [bound] : info.CandidateSymbols.OfType<IMethodSymbol>().ToArray();
        foreach (var method in methods)
        {
            if (ModelCalls.Find(method) is not { } call) continue;
            var site = new CallSite(call, invocation, method, info.Symbol is not null, bounds);
            Arguments(site, methods);
            return site;
        }

        return null;
    }

    private void Arguments(CallSite site, IMethodSymbol[] methods)
    {
        var arguments = site.Invocation.ArgumentList.Arguments;
        for (var i = 0; i < arguments.Count; i++)
        {
            var types = methods.Select(method => Parameter(method, arguments, i)?.Type).Where(type => type is not null).ToList();
            var own = model.GetTypeInfo(arguments[i].Expression).Type;
            if (TypeNames.IsOrInherits(own, site.Call.Options.Types) || own is null or IErrorTypeSymbol && types.Any(type => TypeNames.IsOrInherits(type, site.Call.Options.Types))
                || site.IsBound && types.Any(type => TypeNames.IsOrInherits(type, site.Call.Options.Types)))
            {
                site.Options = arguments[i].Expression;
                return;
            }

            if (own is { Name: "BinaryContent" or "RequestContent" } || site.IsBound && types.Any(type => type!.Name is "BinaryContent" or "RequestContent"))
            {
                site.Protocol = arguments[i].Expression;
                return;
            }
        }
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments, int position)
    {
        if (arguments[position].NameColon is { } named) return method.Parameters.FirstOrDefault(parameter => parameter.Name == named.Name.Identifier.ValueText);
        if (position < method.Parameters.Length) return method.Parameters[position];
        return method.Parameters.LastOrDefault() is { IsParams: true } rest ? rest : null;
    }
}
