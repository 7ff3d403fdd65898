using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.Benchmarks;

/// <summary>A server on loopback that gives one answer to everything, or a stream of as many events as its path says: what is measured is the way to it.</summary>
internal sealed class CannedProvider : IAsyncDisposable
{
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"x","object":"chat.completion","created":1,"model":"gpt-4.1-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":400,"completion_tokens":2,"total_tokens":402}}""");

    // 290 bytes each, as OpenAI's are
    private static readonly byte[] Event = Encoding.UTF8.GetBytes(
        $$"""data: {"id":"chatcmpl-BvXcKqWmE8pLzR4tYnA2sHdF6gJ9k","object":"chat.completion.chunk","created":1764000000,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default","system_fingerprint":"fp_6f2eabb9a5","choices":[{"index":0,"delta":{"content":" tide"},"logprobs":null,"finish_reason":null}],"usage":null}{{"\n\n"}}""");

    private static readonly byte[] End = Encoding.UTF8.GetBytes(
        "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4.1-mini\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4.1-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":400,\"completion_tokens\":10000,\"total_tokens\":10400}}\n\n"
        + "data: [DONE]\n\n");

    private readonly WebApplication app;

    private CannedProvider(WebApplication app)
    {
        this.app = app;
        Root = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Address = new Uri(Root, "/v1/");
    }

    public Uri Root { get; }

    public Uri Address { get; }

    /// <summary>The text of the prompt: 2 KB.</summary>
    public static string Prompt { get; } = string.Join(' ', Enumerable.Repeat("The tide waits for nobody, and the budget neither.", 39));

    /// <summary>A chat request of 2 KB, as it is sent.</summary>
    public static byte[] Request { get; } = Encoding.UTF8.GetBytes($$"""{"model":"gpt-4.1-mini","max_completion_tokens":200,"messages":[{"role":"user","content":"{{Prompt}}"}]}""");

    /// <summary>The same, with its answer as a stream that tells its usage.</summary>
    public static byte[] StreamRequest { get; } = Streaming(12_000);

    /// <summary>The same with a bound for twice the events: each is a token, and a stream above its bound is cut, with its connection.</summary>
    public static byte[] LongStreamRequest { get; } = Streaming(24_000);

    public static async Task<CannedProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return new CannedProvider(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        if (context.Request.Query["events"] is [{ } count])
        {
            await StreamAsync(context.Response, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), context.Request.Query.ContainsKey("bulk"));
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
    }

    private static byte[] Streaming(int bound) => Encoding.UTF8.GetBytes($$"""{"model":"gpt-4.1-mini","max_completion_tokens":{{bound}},"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Say much."}]}""");

    // One event a write, as a model generates them; in bulk, as fast as they fit into the connection.
    private static async Task StreamAsync(HttpResponse response, int events, bool bulk)
    {
        response.ContentType = "text/event-stream";
        for (var i = 0; i < events; i++)
        {
            await response.Body.WriteAsync(Event);
            if (!bulk) await response.Body.FlushAsync();
        }

        await response.Body.WriteAsync(End);
    }
}
