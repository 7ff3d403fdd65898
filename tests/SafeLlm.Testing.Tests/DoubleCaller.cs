using System.Text;
using System.Text.Json;
using SafeLlm.Pricing;

namespace SafeLlm.Testing.Tests;

/// <summary>A bare HTTP client in front of a double: what it sees is what any SDK would see.</summary>
internal sealed class DoubleCaller : IAsyncDisposable
{
    public const string Model = "gpt-4.1-mini";

    private DoubleCaller(ProviderDouble provider)
    {
        Provider = provider;
        Http = new HttpClient { BaseAddress = provider.BaseAddress };
    }

    public ProviderDouble Provider { get; }

    public HttpClient Http { get; }

    public static async Task<DoubleCaller> StartAsync(Action<ProviderDoubleOptions>? configure = null)
    {
        var options = new ProviderDoubleOptions { Prices = { new ModelPrice(Model, 0.40m, 1.60m), new ModelPrice("gpt-3.5-turbo", 0.50m, 1.50m) } };
        configure?.Invoke(options);
        return new DoubleCaller(await ProviderDouble.StartAsync(options, TestContext.Current.CancellationToken));
    }

    public static string Chat(string prompt = "Hello", string more = "", string model = Model) =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]{{more}}}""";

    public Task<HttpResponseMessage> SendAsync(string body, string path = "chat/completions") =>
        Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") },
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

    public async Task<JsonElement> ReadAsync(string body, string path = "chat/completions")
    {
        using var response = await SendAsync(body, path);
        return await JsonOfAsync(response);
    }

    public async Task<string> TextAsync(string body, string path = "chat/completions")
    {
        using var response = await SendAsync(body, path);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>The data of every event of a stream.</summary>
    public static string[] DataOf(string stream) =>
        [.. stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..])];

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return Provider.DisposeAsync();
    }
}
