using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.AspNetCore;
using SafeLlm.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the dashboard among the endpoints.</summary>
public static class SafeLlmDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Shows what the verifier of this application spends, holds and refuses, and lets operators freeze and revoke keys. Nobody sees
    /// any of it who does not meet the policy, whatever else is said about these endpoints.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">Where the page is, such as <c>/safellm</c>.</param>
    /// <param name="policyName">The authorization policy that operators meet: there is no default, since the page shows who spends what.</param>
    /// <exception cref="ArgumentException">The path is none, no policy is named, or there is none of that name.</exception>
    /// <exception cref="InvalidOperationException">A registration is missing; the message names the call to make.</exception>
    public static IEndpointConventionBuilder MapSafeLlmDashboard(this IEndpointRouteBuilder endpoints, string path, string policyName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        CheckPath(path);
        var services = endpoints.ServiceProvider;
        CheckServices(services);
        CheckPolicy(services.GetService<IAuthorizationPolicyProvider>(), policyName);

        var group = endpoints.MapGroup(path).RequireAuthorization(policyName).ExcludeFromDescription();
        var guard = new DashboardGuard(policyName);
        group.MapGet("", guard.Around(services.GetRequiredService<DashboardPage>().WriteAsync)).WithDisplayName("SafeLlm dashboard");
        group.MapGet("data", guard.Around(new LiveEndpoint(services.GetRequiredService<LiveData>()).WriteAsync)).WithDisplayName("SafeLlm dashboard data");
        foreach (var action in Enum.GetValues<KeyAction>())
        {
            var name = action.ToString().ToLowerInvariant();
            group.MapPost("keys/" + name, guard.Around(services.GetRequiredService<KeyActionEndpoint>().For(action))).WithDisplayName("SafeLlm dashboard " + name);
        }

        // It listens from now on, whether or not somebody looks.
        _ = services.GetRequiredService<VerifierTally>();
        foreach (var asset in DashboardAssets.All) group.MapGet(asset.Name, guard.Around(asset.WriteAsync)).WithDisplayName($"SafeLlm dashboard {asset.Name}");
        return group;
    }

    private static void CheckPath(string path)
    {
        if (path is not ['/', not '/', ..] || path.EndsWith('/'))
        {
            throw new ArgumentException($"The dashboard's path is \"{path}\". It begins with a slash and does not end with one: app.MapSafeLlmDashboard(\"/safellm\", \"operators\").", nameof(path));
        }
    }

    private static void CheckServices(IServiceProvider services)
    {
        if (services.GetService<DashboardMarker>() is null)
        {
            throw new InvalidOperationException("MapSafeLlmDashboard needs services.AddSafeLlmDashboard(), which was not called. Call it before the application is built.");
        }

        if (services.GetService<VerifierMarker>() is null)
        {
            throw new InvalidOperationException("MapSafeLlmDashboard shows what a verifier does, and there is none. Call services.AddSafeLlmVerifier(…) before the application is built.");
        }
    }

    private static void CheckPolicy(IAuthorizationPolicyProvider? policies, string policyName)
    {
        const string Example = "services.AddAuthorizationBuilder().AddPolicy(\"operators\", policy => policy.RequireRole(\"operator\")), then app.MapSafeLlmDashboard(\"/safellm\", \"operators\")";
        if (string.IsNullOrWhiteSpace(policyName))
        {
            throw new ArgumentException($"The dashboard needs the name of an authorization policy: it shows who spends what, and revokes keys, so nobody gets in by default. Write {Example}.", nameof(policyName));
        }

        if (policies is null)
        {
            throw new InvalidOperationException($"The dashboard is behind the authorization policy \"{policyName}\", and the application has no authorization. Write {Example}.");
        }

        // Once, before the application starts: a name that was mistyped must not wait for the first visitor.
        if (policies.GetPolicyAsync(policyName).GetAwaiter().GetResult() is null)
        {
            throw new ArgumentException($"There is no authorization policy \"{policyName}\" for the dashboard to be behind. Write {Example}.", nameof(policyName));
        }
    }
}
