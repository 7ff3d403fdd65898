using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Says in time that a key will end: to its owner with every answer, to the operator once a day.</summary>
internal sealed class KeyExpiry(VerifierSettings settings, ILogger<KeyExpiry> logger)
{
    private const string Header = "SafeLlm-Key-Expires-In";

    // Bounded by the keys there are: only those that verified are noted.
    private readonly ConcurrentDictionary<string, long> toldOn = new(StringComparer.Ordinal);

    public void Warn(HttpContext context, VerifierKey? key, DateTimeOffset now)
    {
        if (key?.NotAfter is not { } end || end - now > settings.Options.WarnBeforeExpiry) return;
        context.Response.Headers[Header] = ((long)Math.Max(0, (end - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var today = now.UtcTicks / TimeSpan.TicksPerDay;
        if (toldOn.TryGetValue(key.Key.KeyId, out var day) && day == today) return;
        toldOn[key.Key.KeyId] = today;
        Log.KeyExpires(logger, key.Key.KeyId, (int)Math.Ceiling((end - now).TotalDays));
    }
}
