using Microsoft.AspNetCore.Builder;
using SafeLlm.AspNetCore;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

/// <summary>How a test wants its application.</summary>
internal sealed record DashboardSetup
{
    public Func<TimeProvider, SafeLlmStores> Stores { get; init; } = InMemoryStoreHostExtensions.InMemory;

    public Action<SafeLlmVerifierOptions>? Options { get; init; }

    public Action<WebApplication> Map { get; init; } = app => app.MapSafeLlmDashboard("/safellm", "operators");

    /// <summary>When the application's clock starts.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);

    /// <summary>Whether its clock runs by itself, as a browser needs it; else the test moves it.</summary>
    public bool IsRunning { get; init; }

    /// <summary>What the verifier is said to have found; null for what it finds.</summary>
    public IAnomalyList? Anomalies { get; init; }

    public void Apply(SafeLlmVerifierOptions options)
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.RefuseAfterRestart = false;
        ArticleTiers.AddTo(options.Tiers);
        options.Keys.Add(TestKeys.Options(TestKeys.Free, "FREE"));
        options.Keys.Add(TestKeys.Options(TestKeys.Pro, "PRO", user: "42"));
        Options?.Invoke(options);
    }
}
