using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Json;

/// <summary>Finds requests of models that are put together by hand: by address and route, or by a body that only a model takes.</summary>
internal sealed class RawRequestFinder(SemanticModel model, FileIndex index, IReadOnlyList<CallSite> calls)
{
    public static readonly string[] Names = ["PostAsync", "SendAsync", "PostAsJsonAsync", "Send"];

    public IReadOnlyList<RawRequest> Find()
    {
        var requests = new List<RawRequest>();
        foreach (var call in calls)
        {
            if (call is { Protocol: { } protocol, IsWithinSdk: false, Name: { } name } && call.Call.Options != OptionsShapes.OpenAiRun)
            {
                var body = JsonBody.Read(model, protocol);
                if (body.Names.Count > 0 || body.IsOpaque) requests.Add(new(call.Invocation, name, "", body, call));
            }
        }

        foreach (var invocation in index.Invocations(Names))
        {
            if (!index.MentionsModel) return requests;
            if (Request(invocation) is { } request) requests.Add(request);
        }

        return requests;
    }

    private RawRequest? Request(InvocationExpressionSyntax invocation)
    {
        var info = model.GetSymbolInfo(invocation);
        if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is not IMethodSymbol method
            || TypeNames.Of((method.ReducedFrom ?? method).ContainingType) is not ("System.Net.Http.HttpClient" or "System.Net.Http.HttpMessageInvoker" or "System.Net.Http.Json.HttpClientJsonExtensions")) return null;
        var arguments = invocation.ArgumentList.Arguments;
        if (arguments.Count == 0) return null;

        var isSend = method.Name is "SendAsync" or "Send";
        if (!isSend && arguments.Count < 2) return null;
        var body = JsonBody.Read(model, arguments[isSend ? 0 : 1].Expression);
        var address = isSend ? Address.OfMessage(model, arguments[0].Expression) : Address.Of(model, arguments[0].Expression);
        var name = invocation.Expression is MemberAccessExpressionSyntax access ? access.Name : (invocation.Expression as MemberBindingExpressionSyntax)?.Name;
        return name is not null && IsForModel(body, address) ? new RawRequest(invocation, name, address, body, null) : null;
    }

    private static bool IsForModel(JsonFacts body, string address)
    {
        if (ModelText.NamesOtherRoute(address)) return false;
        var isAddressed = ModelText.NamesHost(address) || ModelText.NamesRoute(address);
        if (!isAddressed && address.Contains("://")) return false;
        var names = body.Names;
        if (names.Contains("messages")) return isAddressed || names.Contains("model") && (names.Contains("role") || names.Contains("max_tokens") || names.Contains("temperature") || names.Contains("stream"));
        if (names.Contains("contents")) return isAddressed || names.Contains("parts") || names.Contains("generationconfig");
        return isAddressed && (names.Contains("prompt") || names.Contains("input") || ModelText.NamesRoute(address));
    }
}
