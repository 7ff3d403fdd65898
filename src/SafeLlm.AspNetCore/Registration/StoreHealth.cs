using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Whether limits and keys can be read, and the time is over in which what was signed before the start is refused; where not, calls are
/// refused with 503. Shown by the application's health checks under the name <c>safellm-stores</c>.
/// </summary>
internal sealed class StoreHealth(VerifierSettings settings, VerifierStores stores, ISigningKeyStore keys, SharedWatch shared, TimeProvider time) : IHealthCheck
{
    public const string Name = "safellm-stores";

    private static readonly Limit Any = Limit.Requests(1).PerMinute().For("health");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await stores.Stores.Ledger.ReadAsync([Any], cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The limits cannot be read: calls are refused.", failure);
        }

        if (settings.Restart.Until is { } end && time.GetUtcNow() <= end) return HealthCheckResult.Unhealthy("The service has just started: what was signed before it is refused, as it may have been used.");
        return keys.CurrentAt is { } current && time.GetUtcNow() - current > HeadCheck.OldestKeys
            ? HealthCheckResult.Unhealthy("The keys cannot be read: calls are refused.")
            : Readable();
    }

    // The owners of keys that do not open are refused, and keys that are frozen on this node alone are refused by it: everybody else is served,
    // so the node is in order. Descriptions are shown to whoever may ask for the health of a service: which keys these are is told in the data,
    // and in the log.
    private HealthCheckResult Readable()
    {
        var says = "Limits and keys can be read.";
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        if (keys.Faults is { Count: > 0 } faults)
        {
            says += string.Create(CultureInfo.InvariantCulture, $" {faults.Count} of the keys cannot be used: the log names them (event 307).");
            data["key_faults"] = faults;
        }

        if (shared.FrozenHereAlone is { Count: > 0 } alone)
        {
            says += string.Create(CultureInfo.InvariantCulture, $" {alone.Count} of the keys are frozen on this node alone, as the store does not take it; it is tried again.");
            data["keys_frozen_here_alone"] = alone;
        }

        return HealthCheckResult.Healthy(says, data);
    }
}
