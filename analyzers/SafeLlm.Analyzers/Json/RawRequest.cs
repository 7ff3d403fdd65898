using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;

namespace SafeLlm.Analyzers.Json;

/// <summary>One request of a model that is sent as JSON, past the typed options of any SDK.</summary>
internal sealed class RawRequest(InvocationExpressionSyntax invocation, SimpleNameSyntax name, string address, JsonFacts body, CallSite? protocol)
{
    public InvocationExpressionSyntax Invocation => invocation;

    public Location Location => name.Identifier.GetLocation();

    /// <summary>The parts of the address that the source shows; empty where it shows none.</summary>
    public string Address => address;

    public JsonFacts Body => body;

    /// <summary>The SDK's protocol method that it is sent by; null with an HttpClient.</summary>
    public CallSite? Protocol => protocol;

    public BoundState State => body.HasCap ? BoundState.Present : body.IsOpaque ? BoundState.Unknown : BoundState.Absent;
}
