using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A verified application on real Kestrel, on a free port of the loopback interface.</summary>
internal sealed class VerifierHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;

    private readonly InFlight requests;

    private VerifierHost(WebApplication app, InFlight requests, FakeTimeProvider time, SafeLlmStores stores, CapturedLog log)
    {
        this.app = app;
        this.requests = requests;
        Time = time;
        Stores = stores;
        Log = log;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public FakeTimeProvider Time { get; }

    public SafeLlmStores Stores { get; }

    public CapturedLog Log { get; }

    public Uri Address { get; }

    public string Authority => Address.Authority;

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<VerifierHost> StartAsync(VerifierSetup setup)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = setup.Environment });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = setup.Protocols);
            setup.Kestrel?.Invoke(kestrel);
        });
        var log = new CapturedLog();
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Logging.AddProvider(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var time = new FakeTimeProvider(Start);
        builder.Services.AddSingleton<TimeProvider>(time);
        var stores = setup.Stores?.Invoke(time) ?? InMemoryStoreHostExtensions.InMemory(time);
        if (setup.Keys is not null) builder.Services.AddSingleton(setup.Keys);
        builder.Services.AddSafeLlmVerifier(setup.Apply).UseStores(_ => stores);
        setup.Services?.Invoke(builder.Services);
        var app = builder.Build();
        var requests = new InFlight();
        app.Use(requests.InvokeAsync);
        setup.Before?.Invoke(app);
        app.UseSafeLlm();
        setup.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new VerifierHost(app, requests, time, stores, log);
    }

    /// <summary>Signs a request and sends it.</summary>
    public Task<HttpResponseMessage> SendAsync(TestRequest request, SigningKey? key = null) => SendUnsignedAsync(Sign(request, key));

    /// <summary>Sends a request as it is.</summary>
    public Task<HttpResponseMessage> SendUnsignedAsync(TestRequest request, HttpCompletionOption completion = HttpCompletionOption.ResponseHeadersRead) =>
        Client.SendAsync(request.ToMessage(Address), completion, TestContext.Current.CancellationToken);

    public TestRequest Sign(TestRequest request, SigningKey? key = null, IReadOnlyList<string>? covered = null)
    {
        request.Authority = request.Headers.GetValueOrDefault("host") ?? Authority;
        return request.Sign(new RequestSigner(Time, coveredHeaders: covered), key ?? TestKeys.Free);
    }

    /// <summary>Waits until every request is done with, settlement included.</summary>
    public Task IdleAsync() => requests.IdleAsync();

    public async Task<int> OpenHoldsAsync() => await Stores.Ledger.CountHoldsAsync(TestContext.Current.CancellationToken);

    /// <summary>What is charged to a key in one dimension, over the longest of its tier's limits.</summary>
    public async Task<LimitState> StateAsync(Limit limit) => (await Stores.Ledger.ReadAsync([limit], TestContext.Current.CancellationToken))[0];

    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, Address.Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
