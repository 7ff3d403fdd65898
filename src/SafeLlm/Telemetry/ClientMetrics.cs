using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SafeLlm.Telemetry;

/// <summary>What the client measures, by OpenTelemetry's GenAI conventions, and cost and refusals as its own.</summary>
internal sealed class ClientMetrics : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "SafeLlm.Client";

    private readonly Meter meter;

    public ClientMetrics(IMeterFactory? factory)
    {
        meter = factory?.Create(Name) ?? new Meter(Name);
        Tokens = meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of a call, by type", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304] });
        Duration = meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "How long a call took, to the last byte of its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });
        Cost = meter.CreateCounter<double>("safellm.client.cost", "{USD}", "What attempts were charged");
        Attempts = meter.CreateCounter<long>("safellm.client.attempts", "{attempt}", "Attempts, by what became of them");
        Refusals = meter.CreateCounter<long>("safellm.client.refusals", "{refusal}", "Calls that were not let through, by code; in shadow mode those that would not have been");
    }

    /// <summary>The meter of clients that are made without dependency injection.</summary>
    public static ClientMetrics Shared { get; } = new(null);

    public static ActivitySource Source { get; } = new(Name);

    public Histogram<long> Tokens { get; }

    public Histogram<double> Duration { get; }

    public Counter<double> Cost { get; }

    public Counter<long> Attempts { get; }

    public Counter<long> Refusals { get; }

    /// <summary>Whether anybody listens; where nobody does, a call pays nothing for it.</summary>
    public bool IsEnabled => Tokens.Enabled || Duration.Enabled || Cost.Enabled || Attempts.Enabled || Refusals.Enabled || Source.HasListeners();

    public void Dispose() => meter.Dispose();
}
