using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Signing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the verifier into the pipeline.</summary>
public static class SafeLlmVerifierApplicationBuilderExtensions
{
    /// <summary>
    /// Verifies the requests to endpoints with <c>RequireSafeLlm</c>, and settles them. It goes after routing (which
    /// <c>WebApplication</c> does first by itself) and before whatever changes a request's path, headers or content, such as request
    /// decompression, method override and output caching.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddSafeLlmVerifier</c> was not called.</exception>
    public static IApplicationBuilder UseSafeLlm(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<VerifierMarker>() is null)
        {
            throw new InvalidOperationException("UseSafeLlm needs services.AddSafeLlmVerifier(…), which was not called. Call it before the application is built.");
        }

        return app.Use(next =>
        {
            var services = app.ApplicationServices;
            return new SafeLlmMiddleware(
                next,
                services.GetRequiredService<Admission>(),
                services.GetRequiredService<RefusalWriter>(),
                services.GetRequiredService<SettlementContext>(),
                services.GetRequiredService<KeyExpiry>(),
                services.GetRequiredService<ISigningKeyStore>(),
                services.GetRequiredService<VerifierMetrics>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<SafeLlmMiddleware>>()).InvokeAsync;
        });
    }
}
