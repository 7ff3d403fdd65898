using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Tells the operator of keys that are in the store and do not open: each once, as long as it is there.</summary>
internal sealed class KeyFaults(ISigningKeyStore keys, TimeProvider time, ILogger<KeyFaults> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private FrozenSet<string> told = [];
    private ITimer? timer;

    /// <summary>Looks now, and every ten seconds from now on.</summary>
    public void Start()
    {
        Look();
        timer ??= time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        var faults = keys.Faults;
        if (faults.Count == 0 && told.Count == 0) return;
        foreach (var fault in faults.Where(fault => !told.Contains(fault))) Log.KeyUnusable(logger, fault);
        told = faults.ToFrozenSet(StringComparer.Ordinal);
    }
}
