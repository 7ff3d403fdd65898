using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard.Tests;

/// <summary>An application with verifier and dashboard on real Kestrel, on a free port of the loopback interface.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SemaphoreSlim over;

    private DashboardHost(WebApplication app, SafeLlmStores stores, CapturedLog log, SemaphoreSlim over)
    {
        this.app = app;
        this.over = over;
        Stores = stores;
        Log = log;
        Clock = app.Services.GetRequiredService<TimeProvider>();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public SafeLlmStores Stores { get; }

    public CapturedLog Log { get; }

    public TimeProvider Clock { get; }

    public FakeTimeProvider Time => (FakeTimeProvider)Clock;

    public Uri Address { get; }

    /// <summary>Keeps its cookies, as a browser does.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<DashboardHost> StartAsync(DashboardSetup? setup = null)
    {
        setup ??= new DashboardSetup();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var log = new CapturedLog();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        TimeProvider time = setup.IsRunning ? new RunningTime(setup.Start) : new FakeTimeProvider(setup.Start);
        builder.Services.AddSingleton(time);
        if (setup.Anomalies is { } anomalies) builder.Services.AddSingleton(anomalies);
        var stores = setup.Stores(time);
        builder.Services.AddSafeLlmVerifier(setup.Apply).UseStores(_ => stores);
        AddOperators(builder.Services);
        builder.Services.AddSafeLlmDashboard();
        var app = builder.Build();
        var over = new SemaphoreSlim(0);
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Request.Path.StartsWithSegments("/v1")) over.Release();
        });
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm();
        setup.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardHost(app, stores, log, over);
    }

    /// <summary>Callers are who their headers say; operators have the role.</summary>
    public static void AddOperators(IServiceCollection services)
    {
        services.AddAuthentication(HeaderAuthentication.Name).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Name, null);
        services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy.RequireRole("operator"));
    }

    /// <summary>Asks for a part of the dashboard, as an operator unless somebody else is named.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string? user = "olga", string role = "operator") =>
        Client.SendAsync(As(new HttpRequestMessage(HttpMethod.Get, path), user, role), TestContext.Current.CancellationToken);

    public static HttpRequestMessage As(HttpRequestMessage request, string? user = "olga", string role = "operator")
    {
        if (user is null) return request;
        request.Headers.Add(HeaderAuthentication.User, Uri.EscapeDataString(user));
        request.Headers.Add(HeaderAuthentication.Role, role);
        return request;
    }

    /// <summary>Makes a signed call, and waits until the verifier is done with it: its caller has the answer a little before.</summary>
    public async Task<HttpStatusCode> CallAsync(SigningKey key, string? body = null)
    {
        var request = TestRequest.Chat(body);
        request.Authority = Address.Authority;
        using var response = await Client.SendAsync(request.Sign(new RequestSigner(Clock), key).ToMessage(Address), TestContext.Current.CancellationToken);
        await over.WaitAsync(TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        over.Dispose();
    }
}
