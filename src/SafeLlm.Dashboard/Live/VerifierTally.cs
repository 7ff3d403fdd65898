using System.Diagnostics.Metrics;
using SafeLlm.AspNetCore;

namespace SafeLlm.Dashboard;

/// <summary>
/// Listens to the verifier's own instruments, so that the page and whoever collects metrics are told the same, and keeps an hour of
/// it by minutes. It knows of this process only.
/// </summary>
internal sealed class VerifierTally : IDisposable
{
    private const string NoCode = "unknown";

    private readonly TimeProvider time;
    private readonly MeterListener listener;
    private readonly Lock gate = new();
    private readonly MinuteRing<TallyMinute> minutes = new();

    public VerifierTally(IMeterFactory factory, TimeProvider time)
    {
        this.time = time;
        listener = new MeterListener
        {
            // Another application in this process has its own factory.
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == VerifierMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Refused(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Timed(instrument, value));
        listener.Start();
    }

    /// <summary>The last 60 minutes, oldest first; null for one of which nothing was told. Called under the lock for as long as it is read.</summary>
    public T Read<T>(DateTimeOffset now, Func<IReadOnlyList<TallyMinute?>, T> read)
    {
        lock (gate) return read([.. minutes.Until(now)]);
    }

    public void Dispose() => listener.Dispose();

    private void Refused(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.Name != VerifierMetrics.Refusals) return;
        var code = NoCode;
        foreach (var tag in tags)
        {
            if (tag is { Key: "code", Value: string name }) code = name;
        }

        lock (gate)
        {
            var refusals = minutes.At(time.GetUtcNow()).Refusals;
            refusals[code] = refusals.GetValueOrDefault(code) + value;
        }
    }

    private void Timed(Instrument instrument, double seconds)
    {
        lock (gate)
        {
            var minute = minutes.At(time.GetUtcNow());
            if (instrument.Name == VerifierMetrics.Checks) minute.Checks.Add(seconds);
            else if (instrument.Name == VerifierMetrics.Calls) minute.Calls.Add(seconds);
        }
    }
}
