using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Whether the wall clock has kept step with the machine's own: all of freshness hangs on it. A jump is told for as long as a signature of
/// before it may be about; from then on the clock is judged by its new time. Shown by the application's health checks under the name
/// <c>safellm-clock</c>.
/// </summary>
internal sealed class ClockHealth(TimeProvider time) : IHealthCheck
{
    public const string Name = "safellm-clock";

    // Steps of time servers are smaller, and so is what freshness allows clients.
    private static readonly TimeSpan MostJump = TimeSpan.FromSeconds(5);

    // No signature of today is older than this version of the verifier.
    private static readonly DateTimeOffset Written = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    // The longest that a signature lives. A clock that was set right, or a machine that slept, must not be told as ill until the next start.
    private static readonly TimeSpan ToldFor = TimeSpan.FromSeconds(300);

    private readonly Lock gate = new();
    private (DateTimeOffset Wall, long Machine) judgedBy = (time.GetUtcNow(), time.GetTimestamp());
    private (TimeSpan By, long Seen)? jumped;

    /// <summary>Refuses a clock that cannot be right.</summary>
    /// <exception cref="InvalidOperationException">It stands before this version was written.</exception>
    public void CheckStart()
    {
        var startedAt = judgedBy.Wall;
        if (startedAt >= Written) return;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The clock says {startedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, which is before this version of SafeLlm was written ({Written:yyyy-MM-dd}). Set it: old signatures would pass for fresh ones."));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var jump = Look();
            var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["jump_seconds"] = jump.TotalSeconds };
            return Task.FromResult(jumped is null
                ? HealthCheckResult.Healthy("The clock keeps step.", data)
                : HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"The clock has jumped by {jump.TotalSeconds:F1} s: signatures are judged by the new time."), data: data));
        }
    }

    // The last jump while it is told, else what the clocks differ by since the clock was last found right.
    private TimeSpan Look()
    {
        var (wall, machine) = (time.GetUtcNow(), time.GetTimestamp());
        var jump = wall - judgedBy.Wall - time.GetElapsedTime(judgedBy.Machine, machine);
        if (jump.Duration() > MostJump)
        {
            jumped = (jump, machine);
            judgedBy = (wall, machine);
        }
        else if (jumped is { } last && time.GetElapsedTime(last.Seen, machine) >= ToldFor)
        {
            jumped = null;
            judgedBy = (wall, machine);
        }

        return jumped?.By ?? jump;
    }
}
