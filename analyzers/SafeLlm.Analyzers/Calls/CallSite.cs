using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Calls;

/// <summary>One call of a model in a source.</summary>
internal sealed class CallSite(ModelCall call, InvocationExpressionSyntax invocation, IMethodSymbol method, bool isBound, BoundFinder bounds)
{
    private Bound? bound;

    public ModelCall Call => call;

    public InvocationExpressionSyntax Invocation => invocation;

    public IMethodSymbol Method => method;

    /// <summary>Whether the compiler bound the call; false where it was found among candidates, as in code whose references are absent.</summary>
    public bool IsBound => isBound;

    /// <summary>The argument that holds the options; null where none is given.</summary>
    public ExpressionSyntax? Options { get; set; }

    /// <summary>The JSON that is sent as it is, in the SDK's protocol methods.</summary>
    public ExpressionSyntax? Protocol { get; set; }

    /// <summary>Whether the call stands in the SDK's own type, where what it is given came from that type's caller.</summary>
    public bool IsWithinSdk { get; set; }

    /// <summary>Looked for when it is first asked for: most rules ask for the call alone.</summary>
    public Bound Bound => bound ??= bounds.Find(this);

    /// <summary>What is called: <c>client</c> in <c>client.CompleteChat(…)</c>.</summary>
    public ExpressionSyntax? Receiver => invocation.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        MemberBindingExpressionSyntax => invocation.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
        _ => null,
    };

    /// <summary>The method's name in the source.</summary>
    public SimpleNameSyntax? Name => invocation.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        SimpleNameSyntax name => name,
        _ => null,
    };

    public Location Location => (Name?.Identifier ?? invocation.GetFirstToken()).GetLocation();
}
