using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;

namespace SafeLlm.Redis.Node;

/// <summary>
/// A verified gateway in front of a provider. It prints its address, serves until its standard input ends, and then drains. The
/// secret of its one key comes from the environment.
/// </summary>
internal static class GatewayNode
{
    public static async Task RunAsync(string servers, string ledger, Uri provider)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSafeLlmVerifier(Configure).UseRedis(servers, options =>
        {
            options.Ledger = ledger;
            options.OperationTimeout = TimeSpan.FromSeconds(5);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));

        await using var app = builder.Build();
        using var upstream = new HttpClient { BaseAddress = provider, Timeout = Timeout.InfiniteTimeSpan };
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", context => ForwardAsync(context, upstream)).RequireSafeLlm();
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private static void Configure(SafeLlmVerifierOptions options)
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.Lease = TimeSpan.FromSeconds(10);
        options.Tiers["node"] = new SafeLlmTierOptions { RequestsPerMinute = 100_000, TokensPerDay = 100_000_000, DollarsPerDay = 10_000m, MaxOutputTokens = 1_000 };
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = "node", SecretEnvironmentVariable = "NODE_SIGNING_SECRET", Client = "tests", Tier = "node" });
    }

    private static async Task ForwardAsync(HttpContext context, HttpClient upstream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        using var response = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await using var content = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[4096];
        while (await content.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
