using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SafeLlm;
using SafeLlm.Pipeline;
using SafeLlm.Registration;
using SafeLlm.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts SafeLlm beneath any <see cref="HttpClient"/> of the factory.</summary>
public static class SafeLlmHttpClientBuilderExtensions
{
    /// <summary>Every call of this client passes the SafeLlm pipeline. Options are validated at start.</summary>
    /// <remarks>
    /// It stands innermost, whatever is registered after it. Resilience handlers are removed from the client, redirects are
    /// switched off, and <see cref="HttpClient.Timeout"/> gives way to <see cref="SafeLlmClientOptions.Timeout"/>.
    /// </remarks>
    public static IHttpClientBuilder AddSafeLlm(this IHttpClientBuilder builder, Action<SafeLlmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        // The builder of the defaults has none.
        var name = builder.Name
            ?? throw new InvalidOperationException("AddSafeLlm is called for one client, as its limits, keys and prices are its own: call it on what AddHttpClient returns, not in ConfigureHttpClientDefaults.");
        services.AddLogging();
        services.AddOptions<SafeLlmClientOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SafeLlmClientOptions>, SafeLlmClientOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, SafeLlmHandlerFilter>());
        services.AddMetrics();
        services.TryAddSingleton(provider => new ClientMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => ClientSources.System(provider.GetService<TimeProvider>() ?? TimeProvider.System) with { Metrics = provider.GetRequiredService<ClientMetrics>() });
        services.TryAddSingleton(provider => new SafeLlmRuntimes(
            provider.GetRequiredService<IOptionsMonitor<SafeLlmClientOptions>>(),
            provider.GetRequiredService<IOptionsFactory<SafeLlmClientOptions>>(),
            provider.GetServices<IOptionsChangeTokenSource<SafeLlmClientOptions>>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<ClientSources>(),
            provider.GetService<IConfiguration>()));

        // The pipeline has a time budget of its own, and 100 seconds would cut calls within it.
        builder.ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);
        return builder.AddHttpMessageHandler(provider => new SafeLlmHandler(provider.GetRequiredService<SafeLlmRuntimes>().Get(name)));
    }

    /// <summary>The same with options from configuration. A field that is not known is an error.</summary>
    public static IHttpClientBuilder AddSafeLlm(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.AddSafeLlm(options => OptionsReader.Read(configuration, options)).ReloadFrom(configuration);
    }

    /// <summary>Lets a change of the configuration reach the client: its secrets are read again.</summary>
    internal static IHttpClientBuilder ReloadFrom(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        builder.Services.AddSingleton<IOptionsChangeTokenSource<SafeLlmClientOptions>>(new ConfigurationChangeTokenSource<SafeLlmClientOptions>(builder.Name, configuration));
        return builder;
    }
}
