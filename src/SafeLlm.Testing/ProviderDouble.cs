using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Pricing;

namespace SafeLlm.Testing;

/// <summary>
/// A model provider on loopback: a real server that speaks real wire formats, counts tokens as they are counted, writes down
/// what it would have billed, and fails on command. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// await using var provider = await ProviderDouble.StartAsync();
/// provider.Next(Fault.TooManyRequests(retryAfter: TimeSpan.FromSeconds(2)));
/// // … calls to provider.BaseAddress …
/// Assert.Equal(2, provider.Requests.Count);
/// </code>
/// </example>
public sealed class ProviderDouble : IAsyncDisposable
{
    // The largest request that any provider here takes is 50 MB; more is a test that went astray.
    private const long MaxRequestBytes = 64L << 20;

    private readonly WebApplication app;
    private readonly Recorder recorder;
    private readonly FaultScript script;

    private ProviderDouble(WebApplication app, Uri root, Recorder recorder, FaultScript script)
    {
        this.app = app;
        this.recorder = recorder;
        this.script = script;
        Root = root;
        BaseAddress = new Uri(root, "v1/");
    }

    /// <summary>Where OpenAI's routes begin, e.g. <c>http://127.0.0.1:5000/v1/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The server itself, e.g. <c>http://127.0.0.1:5000/</c>.</summary>
    public Uri Root { get; }

    /// <summary>Every attempt that arrived whole, in order. A copy: it does not change.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => recorder.Requests;

    /// <summary>What a provider would have billed, attempt by attempt; written before the answer's first byte. A copy: it does not change.</summary>
    public IReadOnlyList<Bill> Billed => recorder.Bills;

    /// <summary>The sum of <see cref="Billed"/>.</summary>
    public NanoUsd BilledTotal => recorder.Bills.Aggregate(NanoUsd.Zero, (sum, bill) => sum + bill.Cost);

    /// <summary>Faults that were queued and have not fallen on an attempt yet.</summary>
    public int FaultsLeft => script.Left;

    /// <summary>Starts a double on a free port of loopback.</summary>
    /// <param name="options">How it answers; read while it runs, so do not change them.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ProviderDouble> StartAsync(ProviderDoubleOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ProviderDoubleOptions();
        var recorder = new Recorder(options.Time);
        var script = new FaultScript();

        // The empty builder reads no configuration file and no environment variable: nothing but the test decides.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets =>
        {
            // A flush returns when the bytes are with the socket, so that "cut after N events" never takes back the Nth.
            sockets.MaxWriteBufferSize = 2;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var exchange = new ProviderExchange(options, recorder, script);
        app.Run(exchange.AnswerAsync);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ProviderDouble(app, new Uri(address), recorder, script);
    }

    /// <summary>Lets these faults fall on the next attempts, one each, after those queued before.</summary>
    /// <returns>The double, for the next sentence.</returns>
    public ProviderDouble Next(params ReadOnlySpan<Fault> faults)
    {
        script.Add(faults);
        return this;
    }

    /// <summary>Lets these faults fall on the next attempts of which the condition holds, one each. They go before those of <see cref="Next"/>.</summary>
    /// <returns>The double, for the next sentence.</returns>
    public ProviderDouble When(Func<ReceivedRequest, bool> condition, params ReadOnlySpan<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(condition);
        script.Add(condition, faults);
        return this;
    }

    /// <summary>Forgets the faults that are left.</summary>
    public void ClearFaults() => script.Clear();

    /// <summary>Forgets requests, bills and faults, for the next scene.</summary>
    public void Clear()
    {
        recorder.Clear();
        script.Clear();
    }

    /// <summary>Stops the server; connections still open are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        // A cancelled token skips the grace period: answers held at a gate would use it up.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
