using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SafeLlm.AspNetCore;
using SafeLlm.Signing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the verifier.</summary>
public static class SafeLlmVerifierServiceCollectionExtensions
{
    /// <summary>
    /// Adds what <c>UseSafeLlm</c> and <c>RequireSafeLlm</c> need, configured by a section. Choose the stores next, e.g.
    /// <c>.UseInMemory()</c>. Calling it again adds to the same options.
    /// </summary>
    /// <remarks>Settings that are not known, missing or out of range stop the application at its start, all told at once.</remarks>
    public static SafeLlmVerifierBuilder AddSafeLlmVerifier(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(new VerifierConfiguration(configuration))
            .AddSafeLlmVerifier(options => VerifierConfigurationReader.Read(configuration, options));

    /// <summary>
    /// Adds what <c>UseSafeLlm</c> and <c>RequireSafeLlm</c> need. Choose the stores next, e.g. <c>.UseInMemory()</c>. Calling it again
    /// adds to the same options.
    /// </summary>
    public static SafeLlmVerifierBuilder AddSafeLlmVerifier(this IServiceCollection services, Action<SafeLlmVerifierOptions> configure)
    {
        services.AddOptions<SafeLlmVerifierOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SafeLlmVerifierOptions>, SafeLlmVerifierOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<VerifierMarker>();
        services.TryAddSingleton<ConfiguredKeyStore>();
        services.TryAddSingleton<ISigningKeyStore, VerifierKeys>();
        services.TryAddSingleton<VerifierAlerts>();
        services.TryAddSingleton<VerifierMetrics>();
        services.TryAddSingleton<KeyFreezer>();
        services.TryAddSingleton<AnomalyList>();
        services.TryAddSingleton<IAnomalyList>(provider => provider.GetRequiredService<AnomalyList>());
        services.TryAddSingleton<KeyWatch>();
        services.TryAddSingleton<SharedWatch>();
        services.TryAddSingleton<AnomalyCheck>();
        services.AddMetrics();
        services.TryAddSingleton<ClockHealth>();
        if (services.All(service => service.ServiceType != typeof(VerifierHealthMarker)))
        {
            // Named once, however often the verifier is added.
            services.AddSingleton<VerifierHealthMarker>();
            services.AddHealthChecks().AddCheck<ClockHealth>(ClockHealth.Name).AddCheck<StoreHealth>(StoreHealth.Name);
        }

        services.TryAddSingleton<VerifierStores>(_ => throw new InvalidOperationException(
            "No stores were chosen for the verifier. Call .UseInMemory(), .UseSqlite(…) or .UseRedis(…) on what AddSafeLlmVerifier returns."));
        services.TryAddSingleton<VerifierSettings>();
        services.TryAddSingleton(_ => new OperationIds(bytes => RandomNumberGenerator.Fill(bytes)));
        services.TryAddSingleton<HeadCheck>();
        services.TryAddSingleton<ContentSlots>();
        services.TryAddSingleton<ContentCheck>();
        services.TryAddSingleton<IssuedIds>();
        services.TryAddSingleton<AccountCheck>();
        services.TryAddSingleton<CallCheck>();
        services.TryAddSingleton<LimitCheck>();
        services.TryAddSingleton<Admission>();
        services.TryAddSingleton<RefusalWriter>();
        services.TryAddSingleton<KeyExpiry>();
        services.TryAddSingleton<KeyFaults>();
        services.TryAddSingleton<SettlementContext>();
        services.TryAddSingleton<SettlementQueue>();
        services.TryAddSingleton<VerifierAlertDelivery>();
        // Services stop in the opposite order: what the last settlements tell is delivered after them.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, VerifierAlertDelivery>(provider => provider.GetRequiredService<VerifierAlertDelivery>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, VerifierStart>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, SharedWatch>(provider => provider.GetRequiredService<SharedWatch>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, IssuedIds>(provider => provider.GetRequiredService<IssuedIds>()));
        return new SafeLlmVerifierBuilder(services);
    }
}
