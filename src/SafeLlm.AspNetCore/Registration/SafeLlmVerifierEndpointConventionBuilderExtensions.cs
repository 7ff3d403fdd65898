using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Marks endpoints whose calls must be verified.</summary>
public static class SafeLlmVerifierEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Lets only calls through that <c>UseSafeLlm</c> verified, held and will settle. An endpoint that is reached without throws and
    /// does not run.
    /// </summary>
    /// <param name="builder">An endpoint or a group of them.</param>
    /// <param name="configure">What the endpoint needs besides the verifier's options.</param>
    public static TBuilder RequireSafeLlm<TBuilder>(this TBuilder builder, Action<SafeLlmEndpointOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        var options = new SafeLlmEndpointOptions();
        configure?.Invoke(options);
        builder.Add(endpoint =>
        {
            // A group and its endpoint may both require it; the endpoint's own options are added last and count.
            endpoint.Metadata.Add(new SafeLlmRequirement(options));
            var run = endpoint.RequestDelegate ?? throw new InvalidOperationException($"RequireSafeLlm cannot guard {endpoint.DisplayName}: it has nothing to run.");
            endpoint.RequestDelegate = context => IsVerified(context) ? run(context) : throw Unguarded(context);
        });
        return builder;
    }

    private static bool IsVerified(HttpContext context) =>
        context.Features.Get<ISafeLlmFeature>() is SafeLlmFeature feature && ReferenceEquals(feature.Endpoint, context.GetEndpoint());

    private static InvalidOperationException Unguarded(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.DisplayName;
        return new InvalidOperationException(context.RequestServices.GetService<VerifierMarker>() is null
            ? $"The endpoint {endpoint} has RequireSafeLlm, and there is no verifier. Call services.AddSafeLlmVerifier(…) and app.UseSafeLlm()."
            : $"The endpoint {endpoint} has RequireSafeLlm, and its call was not verified. Call app.UseSafeLlm() after app.UseRouting() and before the endpoints run, and change the endpoint no more after it.");
    }
}
