using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway;

/// <summary>
/// A provider that gave no answer: its callers are told so in the shape of SafeLlm's refusals. Where the provider is, and how it failed, is the
/// operator's business: the proxy logs it.
/// </summary>
internal static class NoAnswer
{
    public static async Task TellAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        var status = context.Response.StatusCode;
        // The proxy sets one for each of its failures. Without it there is an answer, which is somebody else's.
        if (status < StatusCodes.Status400BadRequest) return;
        await TypedResults.Problem(
            title: "The provider did not answer",
            detail: Say(failure),
            statusCode: status,
            extensions: [KeyValuePair.Create<string, object?>("request_id", context.TraceIdentifier)]).ExecuteAsync(context);
    }

    private static string Say(IForwarderErrorFeature failure) => failure switch
    {
        _ when Unsent.Is(failure) => "The provider cannot be reached. Nothing was sent and nothing is charged. Try again later, and tell the operator of this gateway if it goes on.",
        { Error: ForwarderError.RequestTimedOut } => "The provider did not answer in time. It may have billed the call, which is charged as held. Try again later, or with a smaller output bound.",
        _ => "The connection to the provider failed before it answered. It may have billed the call, which is charged as held. Try again later.",
    };
}
