using Microsoft.AspNetCore.Http;
using SafeLlm.AspNetCore;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway;

/// <summary>A provider that cannot be reached has billed nothing, and its callers pay nothing.</summary>
internal static class Unsent
{
    public static async Task ReportAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is { } failure && Is(failure))
        {
            context.Features.Get<ISafeLlmFeature>()?.ReportNothingSent();
        }
    }

    // Before there is a connection nothing can have been sent. A time-out or a connection that was lost tells nothing of the kind.
    public static bool Is(IForwarderErrorFeature failure) =>
        failure.Error is ForwarderError.RequestCreation or ForwarderError.NoAvailableDestinations
        || failure is
        {
            Error: ForwarderError.Request,
            Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError },
        };
}
