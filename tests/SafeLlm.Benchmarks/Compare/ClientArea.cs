using System.Net.Http.Headers;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>A call through the whole client pipeline beside a bare HttpClient that sends the same bytes to the same server.</summary>
internal sealed class ClientArea : ICompareArea
{
    public string Name => "client";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var provider = await CannedProvider.StartAsync();
        var options = new SafeLlmClientOptions { Endpoint = provider.Address, SigningKey = SigningKey.GenerateHmac("bench") };
        options.Limits.Add(Limit.Dollars(9_000_000m).PerDay());
        options.Limits.Add(Limit.Tokens(1L << 50).PerHour());

        using var safe = new HttpClient(SafeLlmHandler.Create(options));
        using var bare = new HttpClient(new SocketsHttpHandler());
        var address = new Uri(provider.Address, "chat/completions");

        // Printed without a target: what a call costs beside the model itself is told, not yet held to a figure.
        yield return new Figure("client.call-2KB", await Duel.RatioAsync(() => CallAsync(safe, address), () => CallAsync(bare, address)));
    }

    private static async Task CallAsync(HttpClient http, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(CannedProvider.Request) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }
}
