using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.Benchmarks;

/// <summary>A server on loopback that gives one answer to everything: what is measured is the way to it.</summary>
internal sealed class CannedProvider : IAsyncDisposable
{
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"x","object":"chat.completion","created":1,"model":"gpt-4.1-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":400,"completion_tokens":2,"total_tokens":402}}""");

    private readonly WebApplication app;

    private CannedProvider(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1/");
    }

    public Uri Address { get; }

    /// <summary>A chat request of 2 KB, as it is sent.</summary>
    public static byte[] Request { get; } = Encoding.UTF8.GetBytes(
        $$"""{"model":"gpt-4.1-mini","max_completion_tokens":200,"messages":[{"role":"user","content":"{{string.Join(' ', Enumerable.Repeat("The tide waits for nobody, and the budget neither.", 39))}}"}]}""");

    public static async Task<CannedProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
        });
        await app.StartAsync();
        return new CannedProvider(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
