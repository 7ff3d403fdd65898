using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Sqlite;
using SafeLlm.Testing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Gateway;

/// <summary>Signed calls come in, calls with the provider's key go out. Everything else is configuration.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private GatewayHost(WebApplication app, ProviderDouble? provider)
    {
        this.app = app;
        Double = provider;
    }

    /// <summary>What stands for the provider; null where one is configured.</summary>
    public ProviderDouble? Double { get; }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<GatewayHost> StartAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = GatewayOptions.Read(builder.Configuration.GetSection("Gateway"));
        var credential = options.ProviderCredential();
        var provider = options.Provider is null ? await ProviderDouble.StartAsync(new ProviderDoubleOptions { ApiKey = credential.Split(' ')[^1] }) : null;

        UseStore(builder.Services.AddSafeLlmVerifier(builder.Configuration.GetSection("SafeLlm")), options);
        builder.Services.AddReverseProxy()
            // What a caller writes into traceparent and baggage is no business of the provider's either.
            .ConfigureHttpClient((_, connections) => connections.ActivityHeadersPropagator = null)
            .LoadFromMemory([Route], [Cluster(options.Provider ?? provider!.Root)])
            .AddTransforms(transforms =>
            {
                // The caller's address is no business of the provider's.
                transforms.UseDefaultForwarders = false;
                transforms.AddRequestHeader(options.ProviderKeyHeader, credential, append: false);
            });
        AddOperators(builder.Services, options.Operators);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drain>());
        builder.Services.AddHealthChecks().AddCheck<Drain>("drain");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainDelay + options.DrainFor);

        var app = builder.Build();
        app.UseSafeLlm();
        app.Use(Unsent.ReportAsync);
        app.Use(NoAnswer.TellAsync);
        app.MapReverseProxy().RequireSafeLlm(endpoint => endpoint.ForwardToProvider(options.Provider ?? provider!.Root));
        if (options.Operators.Count > 0) app.MapSafeLlmDashboard("/safellm", OperatorLogin.Name);
        MapHealth(app, "live", _ => false);
        MapHealth(app, "ready", _ => true);
        MapHealth(app, "clock", check => check.Name == "safellm-clock");
        MapHealth(app, "stores", check => check.Name == "safellm-stores");
        await app.StartAsync();
        return new GatewayHost(app, provider);
    }

    public Task RunAsync() => app.WaitForShutdownAsync();

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (Double is not null) await Double.DisposeAsync();
    }

    private static RouteConfig Route { get; } = new() { RouteId = "provider", ClusterId = "provider", Match = new RouteMatch { Path = "/v1/{**path}" } };

    private static ClusterConfig Cluster(Uri provider) => new()
    {
        ClusterId = "provider",
        Destinations = new Dictionary<string, DestinationConfig> { ["provider"] = new() { Address = provider.ToString() } },
        // Without an end of its own: a model may think for minutes before its first byte.
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMinutes(10) },
    };

    private static void UseStore(SafeLlmVerifierBuilder verifier, GatewayOptions options)
    {
        const string redis = "redis://";
        var store = options.Store;
        var protector = string.IsNullOrEmpty(options.MasterKeyFile) ? null : AesGcmKeyProtector.FromFile(options.MasterKeyFile);
        if (string.IsNullOrEmpty(store)) verifier.UseInMemory();
        else if (store.StartsWith(redis, StringComparison.Ordinal)) verifier.UseRedis(store[redis.Length..], server => server.KeyProtector = protector);
        else verifier.UseSqlite(store, new SqliteStoreOptions { KeyProtector = protector });
    }

    // The dashboard shows who spends what, and revokes keys: without operators there is none.
    private static void AddOperators(IServiceCollection services, IDictionary<string, SecretPlace> operators)
    {
        if (operators.Count == 0) return;
        // Read now: a password that is missing stops the start.
        services.AddSingleton(new OperatorPasswords(operators));
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, OperatorLogin>(OperatorLogin.Name, null);
        services.AddAuthorizationBuilder().AddPolicy(OperatorLogin.Name, policy => policy.AddAuthenticationSchemes(OperatorLogin.Name).RequireAuthenticatedUser());
        services.AddSafeLlmDashboard();
    }

    private static void MapHealth(WebApplication app, string name, Func<HealthCheckRegistration, bool> predicate) =>
        app.MapHealthChecks("/health/" + name, new HealthCheckOptions
        {
            Predicate = predicate,
            ResponseWriter = WriteAsync,
            // A clock that jumped is told as degraded, and signatures are judged by it.
            ResultStatusCodes =
            {
                [HealthStatus.Healthy] = StatusCodes.Status200OK,
                [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable,
                [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable,
            },
        });

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => $"{entry.Value.Status}: {entry.Value.Description}"),
        }));
    }
}
