using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;
using SafeLlm.Signing;

namespace AgentLoop;

/// <summary>Takes alerts: checks who signed them, and drops what it has seen, as each may come twice.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly RequestVerifier verifier = new(new VerifierPolicy { Tag = WebhookAlertSink.Tag });
    private readonly SigningKeyRing keys;
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int refused;

    private AlertReceiver(WebApplication app, SigningKey key)
    {
        this.app = app;
        keys = new SigningKeyRing([new VerifierKey(key)]);
        app.MapPost("/alerts", (RequestDelegate)TakeAsync);
    }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/alerts");

    /// <summary>How many were signed by nobody known.</summary>
    public int Refused => Volatile.Read(ref refused);

    public static async Task<AlertReceiver> StartAsync(SigningKey key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new AlertReceiver(builder.Build(), key);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>The first alert's message; null where none comes in time.</summary>
    public async Task<string?> FirstAsync(TimeSpan patience)
    {
        try
        {
            return await first.Task.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new SignedPost(context.Request);
        var head = verifier.VerifyHead(request, keys, TimeProvider.System.GetUtcNow());
        if (!verifier.VerifyContent(head, request, body.ToArray()).IsVerified)
        {
            Interlocked.Increment(ref refused);
            context.Response.StatusCode = 401;
            return;
        }

        using var alert = JsonDocument.Parse(body.ToArray());
        if (seen.TryAdd(alert.RootElement.GetProperty("id").GetString()!, true)) first.TrySetResult(alert.RootElement.GetProperty("message").GetString()!);
        context.Response.StatusCode = 204;
    }
}
