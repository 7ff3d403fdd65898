using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Says in time that a key will end: to its owner with every answer, to the operator once a day by log and alert, be the key used or not.
/// </summary>
internal sealed class KeyExpiry(VerifierSettings settings, ISigningKeyStore keys, VerifierAlerts alerts, TimeProvider time) : IDisposable
{
    private const string Header = "SafeLlm-Key-Expires-In";

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Bounded by the keys there are.
    private readonly ConcurrentDictionary<string, long> toldOn = new(StringComparer.Ordinal);
    private ITimer? timer;

    /// <summary>Looks through all keys now, and every hour from now on.</summary>
    public void Start() => timer ??= time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);

    public void Warn(HttpContext context, VerifierKey? key, DateTimeOffset now)
    {
        if (key?.NotAfter is not { } end || end - now > settings.Options.WarnBeforeExpiry) return;
        context.Response.Headers[Header] = ((long)Math.Max(0, (end - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        Tell(key.Key.KeyId, end, now);
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        var now = time.GetUtcNow();
        foreach (var key in keys.All)
        {
            if (key is { RevokedAt: null, NotAfter: { } end } && end > now && end - now <= settings.Options.WarnBeforeExpiry) Tell(key.Key.KeyId, end, now);
        }
    }

    private void Tell(string keyId, DateTimeOffset end, DateTimeOffset now)
    {
        var today = now.UtcTicks / TimeSpan.TicksPerDay;
        if (toldOn.TryGetValue(keyId, out var day) && day == today) return;
        toldOn[keyId] = today;
        alerts.KeyExpires(keyId, end, now);
    }
}
