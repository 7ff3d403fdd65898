using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;

namespace SafeLlm.Aot;

/// <summary>A verified gateway in front of the double.</summary>
internal sealed class AotGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private AotGateway(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1");
    }

    public Uri Address { get; }

    public static async Task<AotGateway> StartAsync(Uri provider)
    {
        var upstream = new HttpClient { BaseAddress = provider };
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SafeLlm:PublicAuthorities:0"] = "127.0.0.1:*",
            ["SafeLlm:Keys:0:KeyId"] = "aot.2026-11",
            ["SafeLlm:Keys:0:SecretEnvironmentVariable"] = "AOT_SIGNING_SECRET",
            ["SafeLlm:Keys:0:Client"] = "aot",
            ["SafeLlm:Keys:0:Tier"] = "PRO",
            ["SafeLlm:Tiers:PRO:RequestsPerMinute"] = "60",
            ["SafeLlm:Tiers:PRO:TokensPerDay"] = "100000",
            ["SafeLlm:Tiers:PRO:DollarsPerDay"] = "50",
            ["SafeLlm:Tiers:PRO:MaxOutputTokens"] = "4000",
        });
        builder.Services.AddSafeLlmVerifier(builder.Configuration.GetSection("SafeLlm")).UseInMemory();
        var app = builder.Build();
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", (RequestDelegate)(context => ForwardAsync(context, upstream))).RequireSafeLlm();
        await app.StartAsync();
        return new AotGateway(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task ForwardAsync(HttpContext context, HttpClient upstream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        using var response = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
