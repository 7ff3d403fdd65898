using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>Which types a process allocates, by the runtime's own random samples: one for 100 KB on average, so that their shares are those of the bytes.</summary>
internal sealed class AllocatedTypes : EventListener
{
    private const EventKeywords AllocationSampling = (EventKeywords)0x8000_0000_000;
    private const int TypeName = 3;
    private const int ObjectSize = 5;
    private const int Shown = 70;

    private readonly ConcurrentDictionary<(string Type, ulong Size), int> samples = [];

    private EventSource? runtime;

    public string Watch()
    {
        if (runtime is null) return "no runtime events";
        EnableEvents(runtime, EventLevel.Informational, AllocationSampling);
        return "watching";
    }

    /// <summary>The types that take most, with their percentage of all bytes and the size of one.</summary>
    public string Shares()
    {
        var total = samples.Values.Sum();
        var most = samples.OrderByDescending(type => type.Value).Take(Shown);
        return string.Join('|', most.Select(type => string.Create(CultureInfo.InvariantCulture, $"{100.0 * type.Value / total,5:0.0} % {type.Key.Size,5} {type.Key.Type}")));
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") runtime = eventSource;
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("AllocationSampled", StringComparison.Ordinal) != true) return;
        samples.AddOrUpdate(((string)eventData.Payload![TypeName]!, (ulong)eventData.Payload[ObjectSize]!), 1, static (_, count) => count + 1);
    }
}
