using System.Globalization;
using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Records alerts of the verifier in the stores' outbox; in one of this process where they have none or do not answer, as when the alert is
/// just that. A call never waits for it.
/// </summary>
internal sealed class VerifierAlerts(VerifierStores stores, TimeProvider time, ILogger<VerifierAlerts> logger)
{
    private const string Day = "yyyy-MM-dd";
    private const string Hour = "yyyy-MM-dd'T'HH";

    private long failedIn;

    /// <summary>Keeps what the stores do not.</summary>
    public InMemoryAlertOutbox Own { get; } = new(time);

    /// <summary>Called when something was recorded.</summary>
    public Action? Recorded { get; set; }

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
        Record(new Alert(Alert.IdOf($"lock-out\n{scope}\n{Text(now, Day)}"), AlertKind.LockOut, AlertSeverity.Warning, "Signatures that do not verify keep coming. Each further one has to wait.", now)
        {
            Scope = scope,
        });

    /// <summary>A key's usage left what is usual: once an hour for each kind.</summary>
    public void Anomalous(string keyId, Anomaly anomaly, DateTimeOffset now) => Record(new Alert(
        Alert.IdOf($"anomaly\n{keyId}\n{anomaly.Kind.Name()}\n{Text(now, Hour)}"),
        AlertKind.Anomaly,
        anomaly.Severity == AnomalySeverity.High ? AlertSeverity.Critical : AlertSeverity.Warning,
        string.Create(CultureInfo.InvariantCulture, $"{anomaly.Kind.Name()}: far more {Counted(anomaly.Kind)} in {anomaly.Window.TotalMinutes:0} minutes than usual."),
        now)
    {
        Scope = "key:" + keyId,
        Dimension = anomaly.Dimension,
        Current = anomaly.Current,
        Reference = anomaly.Baseline,
    });

    /// <summary>A key was frozen for an anomaly.</summary>
    public void Frozen(string keyId, Anomaly anomaly, DateTimeOffset? until, DateTimeOffset now) => Record(new Alert(
        Alert.IdOf($"anomaly-freeze\n{keyId}\n{Text(now, "yyyy-MM-dd'T'HH:mm")}"),
        AlertKind.KeyFrozen,
        AlertSeverity.Critical,
        until is { } end ? $"A key is frozen until {Text(end, "yyyy-MM-dd'T'HH:mm:ss'Z'")} for a {anomaly.Kind.Name()}." : $"A key is frozen for a {anomaly.Kind.Name()}. Thaw it once its owner has explained it.",
        now)
    {
        Scope = "key:" + keyId,
        Dimension = anomaly.Dimension,
        Current = anomaly.Current,
        Reference = anomaly.Baseline,
    });

    /// <summary>An operator took a key out of use.</summary>
    public Task TakenOutOfUseAsync(string id, string keyId, string message, DateTimeOffset now) =>
        RecordAsync(stores.Stores.Outbox ?? Own, new Alert(id, AlertKind.KeyFrozen, AlertSeverity.Warning, message, now) { Scope = "key:" + keyId });

    /// <summary>A call used more than was held for it: once an hour for each key. The journal has all of them.</summary>
    public void Overran(Settlement settlement) => Record(new Alert(
        Alert.IdOf($"overrun\n{settlement.KeyId}\n{Text(settlement.At, Hour)}"),
        AlertKind.Overrun,
        AlertSeverity.Warning,
        "A call used more than was held. It is charged in full.",
        settlement.At)
    {
        Scope = settlement.KeyId is { } keyId ? "key:" + keyId : null,
        Dimension = Dimension.Dollars,
        Current = settlement.Amounts?.Cost.Value,
        Reference = settlement.Held.Cost.Value,
    });

    /// <summary>A store does not answer: once an hour.</summary>
    public void StoreFails(DateTimeOffset now)
    {
        var hour = now.UtcTicks / TimeSpan.TicksPerHour;
        if (Interlocked.Exchange(ref failedIn, hour) == hour) return;
        var id = Alert.IdOf($"store-failure\n{Text(now, Hour)}");
        _ = RecordAsync(Own, new Alert(id, AlertKind.StoreFailure, AlertSeverity.Limit, "The store of limits does not answer: calls are refused until it does. The log says why.", now));
    }

    private static string Counted(AnomalyKind kind) => kind switch
    {
        AnomalyKind.RequestSpike => "requests",
        AnomalyKind.TokenSpike => "tokens a request",
        _ => "money",
    };

    private static string Text(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    private void Record(Alert alert)
    {
        if (alert.Kind is not (AlertKind.KeyExpiry or AlertKind.Overrun)) Log.Alerted(logger, alert.Kind, alert.Scope, alert.Message);
        _ = RecordAsync(stores.Stores.Outbox ?? Own, alert);
    }

    private async Task RecordAsync(IAlertOutbox outbox, Alert alert)
    {
        try
        {
            await outbox.RecordAsync(alert, CancellationToken.None);
        }
        catch (Exception failure)
        {
            Log.StoreFailed(logger, failure);
            await Own.RecordAsync(alert, CancellationToken.None);
        }

        Recorded?.Invoke();
    }
}
