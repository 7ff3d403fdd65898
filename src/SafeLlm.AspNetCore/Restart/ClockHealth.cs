using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Whether the wall clock has kept step with the machine's own since the start: all of freshness hangs on it. Shown by the application's
/// health checks under the name <c>safellm-clock</c>.
/// </summary>
internal sealed class ClockHealth(TimeProvider time) : IHealthCheck
{
    public const string Name = "safellm-clock";

    // Steps of time servers are smaller, and so is what freshness allows clients.
    private static readonly TimeSpan MostJump = TimeSpan.FromSeconds(5);

    // No signature of today is older than this version of the verifier.
    private static readonly DateTimeOffset Written = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private readonly long startedOn = time.GetTimestamp();

    /// <summary>Refuses a clock that cannot be right.</summary>
    /// <exception cref="InvalidOperationException">It stands before this version was written.</exception>
    public void CheckStart()
    {
        if (startedAt >= Written) return;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The clock says {startedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, which is before this version of SafeLlm was written ({Written:yyyy-MM-dd}). Set it: old signatures would pass for fresh ones."));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var jump = time.GetUtcNow() - startedAt - time.GetElapsedTime(startedOn);
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["jump_seconds"] = jump.TotalSeconds };
        return Task.FromResult(jump.Duration() <= MostJump
            ? HealthCheckResult.Healthy("The clock has kept step since the start.", data)
            : HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"The clock has jumped by {jump.TotalSeconds:F1} s since the start: signatures are judged by the new time."), data: data));
    }
}
