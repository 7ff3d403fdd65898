using Microsoft.Extensions.Http;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;

namespace SafeLlm.Registration;

/// <summary>
/// Sees to the rest of a client's handlers, whatever registered them and in which order: ours stands next to the wire, as
/// nothing may change what was signed and held; no resilience handler is around it or beneath it; nothing follows redirects.
/// </summary>
internal sealed class SafeLlmHandlerFilter(ILoggerFactory loggers) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.AdditionalHandlers.OfType<SafeLlmHandler>().FirstOrDefault() is not { } ours) return;

        var logger = loggers.CreateLogger(SafeLlmHandler.LogCategory);
        var name = builder.Name ?? "";
        var handlers = builder.AdditionalHandlers;
        var isResilient = false;
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i] is ResilienceHandler) isResilient = true;
            if (handlers[i] is ResilienceHandler or SafeLlmHandler) handlers.RemoveAt(i);
        }

        handlers.Add(ours);
        // Handlers are made anew every few minutes; what concerns their client is told once.
        if (isResilient && ours.Runtime.IsFirst("resilience handler")) Log.ResilienceRemoved(logger, name);

        PrimaryHandler.WithoutRedirects(builder.PrimaryHandler, out var wasChanged);
        if (wasChanged && ours.Runtime.IsFirst("redirects")) Log.RedirectsOff(logger, name);
    };
}
