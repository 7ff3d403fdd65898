using Microsoft.Extensions.DependencyInjection.Extensions;
using SafeLlm.Alerts;
using SafeLlm.Dashboard;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the dashboard.</summary>
public static class SafeLlmDashboardServiceCollectionExtensions
{
    /// <summary>Adds what <c>MapSafeLlmDashboard</c> needs, anti-forgery included. Calling it again changes nothing.</summary>
    public static IServiceCollection AddSafeLlmDashboard(this IServiceCollection services)
    {
        services.AddAntiforgery();
        services.TryAddSingleton<DashboardMarker>();
        services.TryAddSingleton<DashboardPage>();
        services.TryAddSingleton<VerifierTally>();
        services.TryAddSingleton<AlertBoard>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertSink, AlertBoard>(provider => provider.GetRequiredService<AlertBoard>()));
        services.TryAddSingleton<StoreWatch>();
        services.TryAddSingleton<KeyList>();
        services.TryAddSingleton<LiveData>();
        services.TryAddSingleton<OperatorRecord>();
        services.TryAddSingleton<KeyActions>();
        services.TryAddSingleton<KeyActionEndpoint>();
        return services;
    }
}
