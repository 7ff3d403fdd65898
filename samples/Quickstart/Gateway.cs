using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;

namespace Quickstart;

/// <summary>A verified gateway in front of a provider, set up by appsettings.json.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient upstream;

    private Gateway(WebApplication app, HttpClient upstream, SafeLlmStores stores)
    {
        this.app = app;
        this.upstream = upstream;
        Ledger = stores.Ledger;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1/");
    }

    /// <summary>The address that <c>chat/completions</c> is appended to.</summary>
    public Uri Address { get; }

    /// <summary>What the gateway has spent and holds.</summary>
    public ILedger Ledger { get; }

    public static async Task<Gateway> StartAsync(Uri provider)
    {
        var upstream = new HttpClient { BaseAddress = provider };
        var stores = InMemoryStoreHostExtensions.InMemory(TimeProvider.System);

        // Elsewhere than in Development a verifier with nonces in memory refuses what was signed before it started, and 5 seconds more.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSafeLlmVerifier(builder.Configuration.GetSection("SafeLlm")).UseStores(_ => stores);

        var app = builder.Build();
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", context => ForwardAsync(context, upstream)).RequireSafeLlm();
        await app.StartAsync();
        return new Gateway(app, upstream, stores);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        upstream.Dispose();
    }

    private static async Task ForwardAsync(HttpContext context, HttpClient upstream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        using var response = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        foreach (var name in (string[])["retry-after", "retry-after-ms"])
        {
            if (response.Headers.TryGetValues(name, out var values)) context.Response.Headers[name] = values.First();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
