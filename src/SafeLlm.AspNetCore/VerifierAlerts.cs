using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore;

/// <summary>Records alerts of the verifier where the stores have an outbox. A call never waits for it.</summary>
internal sealed class VerifierAlerts(VerifierStores stores, ILogger<VerifierAlerts> logger)
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>A key ends soon: once for each day that is left.</summary>
    public void KeyExpires(string keyId, DateTimeOffset end, DateTimeOffset now)
    {
        var days = (int)Math.Ceiling((end - now).TotalDays);
        Log.KeyExpires(logger, keyId, days);
        Record(new Alert(Alert.IdOf(FormattableString.Invariant($"key-expiry\n{keyId}\n{end.UtcTicks}\n{days}")), AlertKind.KeyExpiry, AlertSeverity.Warning, FormattableString.Invariant($"API key expires in {days} days"), now)
        {
            Scope = "key:" + keyId,
            Current = days,
        });
    }

    /// <summary>A key is used from far more networks than before: once an hour.</summary>
    public void KeySpreads(string keyId, int seen, int usual, bool isFrozen, DateTimeOffset now) =>
        Record(new Alert(
            Alert.IdOf(FormattableString.Invariant($"key-spread\n{keyId}\n{now.UtcDateTime:yyyy-MM-dd'T'HH}")),
            isFrozen ? AlertKind.KeyFrozen : AlertKind.Anomaly,
            AlertSeverity.Critical,
            isFrozen ? "A key was used from far more networks than before and is frozen. Thaw it once its owner has confirmed them." : "A key is used from far more networks than before. It may have leaked.",
            now)
        {
            Scope = "key:" + keyId,
            Current = seen,
            Reference = usual,
        });

    /// <summary>A network keeps on failing: once a day.</summary>
    public void LockedOut(string scope, DateTimeOffset now) =>
        Record(new Alert(Alert.IdOf($"lock-out\n{scope}\n{now.UtcDateTime.ToString(Day, System.Globalization.CultureInfo.InvariantCulture)}"), AlertKind.LockOut, AlertSeverity.Warning, "Signatures that do not verify keep coming. Each further one has to wait.", now)
        {
            Scope = scope,
        });

    private void Record(Alert alert)
    {
        if (alert.Kind != AlertKind.KeyExpiry) Log.Alerted(logger, alert.Kind, alert.Scope, alert.Message);
        if (stores.Stores.Outbox is { } outbox) _ = RecordAsync(outbox, alert);
    }

    private async Task RecordAsync(IAlertOutbox outbox, Alert alert)
    {
        try
        {
            await outbox.RecordAsync(alert, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The log has the alert already.
            Log.StoreFailed(logger, failure);
        }
    }
}
