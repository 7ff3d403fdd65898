using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Listens to the counter of issued ids that a store did not take.</summary>
internal sealed class IdFailures : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<(string, long)> all = new();

    public IdFailures(VerifierHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == VerifierMetrics.IssuedIdFailures) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => all.Enqueue(((string)tags[0].Value!, value)));
        listener.Start();
    }

    public IReadOnlyCollection<(string Outcome, long Count)> All => all;

    public void Dispose() => listener.Dispose();
}
