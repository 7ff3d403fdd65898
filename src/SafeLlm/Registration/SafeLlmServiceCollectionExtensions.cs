using Microsoft.Extensions.Configuration;
using SafeLlm;
using SafeLlm.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="SafeLlmClient"/>.</summary>
public static class SafeLlmServiceCollectionExtensions
{
    /// <summary>Registers <see cref="SafeLlmClient"/> as a typed client. Options are validated at start.</summary>
    /// <returns>The builder of its <see cref="HttpClient"/>.</returns>
    public static IHttpClientBuilder AddSafeLlmClient(this IServiceCollection services, Action<SafeLlmClientOptions> configure) =>
        services.AddSafeLlmClient(nameof(SafeLlmClient), configure);

    /// <summary>Registers <see cref="SafeLlmClient"/> with options from configuration. A field that is not known is an error.</summary>
    /// <returns>The builder of its <see cref="HttpClient"/>.</returns>
    public static IHttpClientBuilder AddSafeLlmClient(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSafeLlmClient(nameof(SafeLlmClient), configuration);

    /// <summary>Registers a client of its own name, to be taken by <c>[FromKeyedServices(name)] SafeLlmClient</c>.</summary>
    /// <returns>The builder of its <see cref="HttpClient"/>.</returns>
    public static IHttpClientBuilder AddSafeLlmClient(this IServiceCollection services, string name, Action<SafeLlmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name, configure);
    }

    /// <summary>Registers a client of its own name with options from configuration.</summary>
    /// <returns>The builder of its <see cref="HttpClient"/>.</returns>
    public static IHttpClientBuilder AddSafeLlmClient(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, name, options => OptionsReader.Read(configuration, options)).ReloadFrom(configuration);
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, Action<SafeLlmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = services.AddHttpClient(name)
            .ConfigurePrimaryHttpMessageHandler(PrimaryHandler.Create)
            .AddSafeLlm(options =>
            {
                options.NeedsEndpoint = true;
                configure(options);
            });

        // The last registration is the one that is injected without a key, as with every service.
        services.AddTransient(provider => Make(provider, name));
        services.AddKeyedTransient(name, (provider, _) => Make(provider, name));
        return builder;
    }

    private static SafeLlmClient Make(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<System.Net.Http.IHttpClientFactory>().CreateClient(name),
        provider.GetRequiredService<SafeLlmRuntimes>().Get(name));
}
