using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>Which types a process allocates, by the runtime's own samples: one for about every 100 KB.</summary>
internal sealed class AllocatedTypes : EventListener
{
    private const EventKeywords Gc = (EventKeywords)0x1;
    private const int TypeName = 5;
    private const int Shown = 60;

    private readonly ConcurrentDictionary<string, int> samples = new(StringComparer.Ordinal);

    private EventSource? runtime;

    public string Watch()
    {
        if (runtime is null) return "no runtime events";
        EnableEvents(runtime, EventLevel.Verbose, Gc);
        return "watching";
    }

    /// <summary>The types that take most, with their percentage of all bytes.</summary>
    public string Shares()
    {
        var total = samples.Values.Sum();
        var most = samples.OrderByDescending(type => type.Value).Take(Shown);
        return string.Join('|', most.Select(type => string.Create(CultureInfo.InvariantCulture, $"{100.0 * type.Value / total,5:0.0} % {type.Key}")));
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") runtime = eventSource;
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true) return;
        samples.AddOrUpdate((string)eventData.Payload![TypeName]!, 1, static (_, count) => count + 1);
    }
}
