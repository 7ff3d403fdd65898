using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Sqlite;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>A verified gateway on loopback: the real verifier on real Kestrel in front of a provider.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Forwarder forwarder;
    private readonly Lock gate = new();
    private TaskCompletionSource idle = Done();
    private int underWay;

    private Gateway(WebApplication app, Forwarder forwarder, ILedger ledger)
    {
        this.app = app;
        this.forwarder = forwarder;
        Ledger = ledger;
    }

    public Uri Address { get; private set; } = null!;

    public ILedger Ledger { get; }

    public static async Task<Gateway> StartAsync(Uri provider, TimeProvider time, Transcript transcript, Action<SafeLlmVerifierOptions> configure, string? store = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(transcript).SetMinimumLevel(LogLevel.Trace);
        var stores = InMemoryStoreHostExtensions.InMemory(time);
        builder.Services.AddSingleton(time);
        builder.Services.AddRouting();
        var verifier = builder.Services.AddSafeLlmVerifier(options =>
        {
            // Clients sign at the instant of the start.
            options.RefuseAfterRestart = false;
            configure(options);
        });
        if (store is null) verifier.UseStores(_ => stores);
        else verifier.UseSqlite(store);
        var app = builder.Build();
        var gateway = new Gateway(app, new Forwarder(provider), store is null ? stores.Ledger : new SqliteLedger(store, time));
        app.Use(gateway.CountAsync);
        app.UseRouting();
        app.UseSafeLlm();
        app.Map("/{**path}", gateway.forwarder.ForwardAsync).RequireSafeLlm();
        await app.StartAsync(TestContext.Current.CancellationToken);
        gateway.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return gateway;
    }

    /// <summary>Completes when no request is under way: a client may have its answer before the gateway has settled it.</summary>
    public Task IdleAsync()
    {
        lock (gate) return idle.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>An orderly stop, with as much patience as it takes: what is under way is written.</summary>
    public Task StopAsync() => app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        (Ledger as IDisposable)?.Dispose();
        forwarder.Dispose();
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        lock (gate)
        {
            if (underWay++ == 0) idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await next(context);
        }
        finally
        {
            lock (gate)
            {
                if (--underWay == 0) idle.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
