using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.Benchmarks;

/// <summary>What a careful programmer has without SafeLlm.</summary>
internal static class Peers
{
    /// <summary>The standard resilience handler, and a plain HMAC over the body: no quote, no budget, no metering.</summary>
    public static HttpClient Resilient()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("peer").AddHttpMessageHandler(static () => new HmacHandler()).AddStandardResilienceHandler();
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("peer");
    }

    private sealed class HmacHandler : DelegatingHandler
    {
        private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            request.Headers.Remove("X-Signature");
            request.Headers.Add("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(key, body)));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
