using SafeLlm.Anomalies;

namespace SafeLlm.Cli.Anomalies;

/// <summary>
/// Lets the detector judge the calls of a journal, each by what its tier allows. What it would have stopped goes on: the calls were made. What was
/// refused is in no journal.
/// </summary>
internal sealed class AnomalyReplay(AnomalyOptions options, KeyTiers tiers)
{
    private readonly AnomalyDetector detector = new(options);
    private readonly Dictionary<string, UsageBaseline> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, AnomalyKind Kind), long> told = [];
    private readonly List<FoundAnomaly> found = [];

    /// <summary>What was found, in the order of time: each kind once an hour for a key.</summary>
    public IReadOnlyList<FoundAnomaly> Found => found;

    public int Keys => keys.Count;

    /// <summary>Whose tier is not known, where tiers are; null where none are.</summary>
    public IReadOnlyCollection<string>? KeysWithoutTier => tiers.Any ? tiers.Unknown : null;

    public long Calls { get; private set; }

    public void Add(in ReplayedCall call)
    {
        Calls++;
        if (!keys.TryGetValue(call.Key, out var baseline)) keys.Add(call.Key, baseline = new UsageBaseline(call.At));
        var (norm, tier) = tiers.Of(call);
        var verdict = detector.NoteCall(baseline, norm, call.Tokens, call.Cost, call.At);
        if (verdict.Action is not { } action) return;
        var hour = call.At.UtcTicks / TimeSpan.TicksPerHour;
        foreach (var anomaly in verdict.Anomalies)
        {
            if (told.TryGetValue((call.Key, anomaly.Kind), out var before) && before == hour) continue;
            told[(call.Key, anomaly.Kind)] = hour;
            found.Add(new FoundAnomaly(call.At, call.Key, tier, anomaly, action, verdict.IsWarmingUp));
        }
    }
}
