using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>
/// Tells usage that left what is usual for its key. Usual is the largest of what was learned of the key, the article's baseline for callers
/// of whom nothing is known, and a fifth of what the key's tier allows. Looked at are the last hour and the last five minutes; in the latter
/// a whole hour's baseline of requests is usual, as nobody spreads calls evenly. Pure: the same calls at the same instants give the same
/// verdicts. Thread-safe.
/// </summary>
/// <param name="options">When usage counts as an anomaly.</param>
public sealed class AnomalyDetector(AnomalyOptions options)
{
    private const int BurstsInHour = 12;
    private const int HoursInDay = 24;

    // Of a caller of whom nothing is known: a day's money may well be spent in its busiest hour, so five minutes may take an hour's.
    private readonly UsagePeaks unknown = new(
        options.RequestsPerHour,
        options.RequestsPerHour,
        options.TokensPerRequest,
        NanoUsd.FromDollars(options.DollarsPerDay / HoursInDay),
        NanoUsd.FromDollars(options.DollarsPerDay / HoursInDay));

    /// <summary>Notes a request whose nonce was claimed, whether it was let in or denied for want of room, before it is billed.</summary>
    /// <param name="baseline">The key's.</param>
    /// <param name="norm">What its tier allows.</param>
    /// <param name="now">Now.</param>
    /// <param name="wasRefused">Whether it may have been noted by <see cref="NoteRefused"/> already, when it came before.</param>
    public AnomalyVerdict NoteRequest(UsageBaseline baseline, in UsageNorm norm, DateTimeOffset now, bool wasRefused = false) =>
        Note(baseline, norm, now, new UsageSlot { Claimed = 1, Arrived = wasRefused ? 0 : 1 });

    /// <summary>Notes a request that was refused unread for want of room, and whose nonce nobody claimed: one that is no copy of another.</summary>
    /// <param name="baseline">The key's.</param>
    /// <param name="norm">What its tier allows.</param>
    /// <param name="now">Now.</param>
    public AnomalyVerdict NoteRefused(UsageBaseline baseline, in UsageNorm norm, DateTimeOffset now) => Note(baseline, norm, now, new UsageSlot { Arrived = 1 });

    /// <summary>Notes what a request used.</summary>
    /// <param name="baseline">The key's.</param>
    /// <param name="norm">What its tier allows.</param>
    /// <param name="tokens">Tokens in and out, 0 or more.</param>
    /// <param name="cost">Money, 0 or more.</param>
    /// <param name="now">Now.</param>
    public AnomalyVerdict NoteUsage(UsageBaseline baseline, in UsageNorm norm, long tokens, NanoUsd cost, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(cost.Value, nameof(cost));
        return Note(baseline, norm, now, new UsageSlot { Billed = Billed(tokens), Tokens = tokens, Cost = cost.Value });
    }

    /// <summary>Notes a request and what it used at once, as a journal has it.</summary>
    /// <param name="baseline">The key's.</param>
    /// <param name="norm">What its tier allows.</param>
    /// <param name="tokens">Tokens in and out, 0 or more.</param>
    /// <param name="cost">Money, 0 or more.</param>
    /// <param name="now">Now.</param>
    public AnomalyVerdict NoteCall(UsageBaseline baseline, in UsageNorm norm, long tokens, NanoUsd cost, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(cost.Value, nameof(cost));
        return Note(baseline, norm, now, new UsageSlot { Claimed = 1, Arrived = 1, Billed = Billed(tokens), Tokens = tokens, Cost = cost.Value });
    }

    // What spends none would thin out the average of those that do.
    private static long Billed(long tokens) => tokens > 0 ? 1 : 0;

    /// <summary>Takes up what a store has kept of a key: the days of its <see cref="UsageBaseline.RecentDays"/>.</summary>
    /// <param name="baseline">The key's; what it measured so far belongs to the day that is under way.</param>
    /// <param name="norm">What its tier allows.</param>
    /// <param name="days">The days, in any order.</param>
    /// <param name="now">Now.</param>
    public void Restore(UsageBaseline baseline, in UsageNorm norm, IEnumerable<UsageDay> days, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(days);
        var norms = Norms(norm);
        lock (baseline.Gate) baseline.Restore(days, norms, now);
    }

    /// <summary>What is usual for a key now.</summary>
    /// <param name="baseline">The key's.</param>
    /// <param name="norm">What its tier allows.</param>
    public UsagePeaks UsualOf(UsageBaseline baseline, in UsageNorm norm)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return UsagePeaks.Larger(baseline.Learned, Floor(norm));
    }

    private UsagePeaks Floor(in UsageNorm norm)
    {
        var requests = norm.RequestsPerHour * options.TierShare;
        var cost = norm.DollarsPerDay.Value * options.TierShare / HoursInDay;
        return UsagePeaks.Larger(unknown, new UsagePeaks(
            (long)requests,
            (long)(requests / BurstsInHour),
            (long)(norm.TokensPerRequest * options.TierShare),
            new NanoUsd((long)cost),
            new NanoUsd((long)(cost / BurstsInHour))));
    }

    // There is nothing but the tier to hold a first day against. What would have been a spike in requests or tokens is not learned; of money,
    // which may well be spent at once, as much as leaves half a day's within an hour a spike. What the tier does not limit is taken as it is:
    // a busy key's first day looks like an abused one's, and would freeze its owner on the second.
    private UsageNorms Norms(in UsageNorm norm)
    {
        var floor = Floor(norm);
        var cost = norm.DollarsPerDay.Value > 0 ? new NanoUsd((long)(norm.DollarsPerDay.Value / (2 * options.CostFactor))) : new NanoUsd(long.MaxValue);
        return new UsageNorms(floor, new UsagePeaks(
            norm.RequestsPerHour > 0 ? Times(floor.RequestsPerHour, options.RequestFactor) : long.MaxValue,
            norm.RequestsPerHour > 0 ? Times(floor.RequestsPerBurst, options.RequestFactor) : long.MaxValue,
            norm.TokensPerRequest > 0 ? Times(floor.TokensPerRequest, options.TokenFactor) : long.MaxValue,
            cost,
            cost));
    }

    // A conversion of what is too large gives the largest there is.
    private static long Times(long amount, double factor) => (long)(amount * factor);

    private AnomalyVerdict Note(UsageBaseline baseline, in UsageNorm norm, DateTimeOffset now, in UsageSlot used)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        var norms = Norms(norm);
        lock (baseline.Gate)
        {
            baseline.Add(now, norms, used);
            var usual = UsagePeaks.Larger(baseline.Learned, norms.Floor);
            var hour = baseline.LastHour;
            var burst = baseline.LastBurst;
            var found = Kinds.None;
            if (hour.Requests > usual.RequestsPerHour * options.RequestFactor || burst.Requests > usual.RequestsPerBurst * options.RequestFactor) found |= Kinds.Requests;
            if (Math.Max(UsageBaseline.TokensPerRequest(hour), UsageBaseline.TokensPerRequest(burst)) > usual.TokensPerRequest * options.TokenFactor) found |= Kinds.Tokens;
            if (hour.Cost > usual.CostPerHour.Value * options.CostFactor || burst.Cost > usual.CostPerBurst.Value * options.CostFactor) found |= Kinds.Cost;
            if (found == Kinds.None) return AnomalyVerdict.Usual;

            // Whoever goes on like that is told the same for five minutes: a flood must not cost more than what is usual.
            var state = ((int)found << 1) | (now - baseline.FirstAt < options.WarmUp ? 1 : 0);
            if (baseline.TryRecall(state, out var told)) return told;
            return baseline.Remember(state, Judge(
                (state & 1) == 1,
                Worse(
                    Check(AnomalyKind.RequestSpike, UsageBaseline.Hour, hour.Requests, usual.RequestsPerHour, options.RequestFactor),
                    Check(AnomalyKind.RequestSpike, UsageBaseline.Burst, burst.Requests, usual.RequestsPerBurst, options.RequestFactor)),
                Worse(
                    Check(AnomalyKind.TokenSpike, UsageBaseline.Hour, UsageBaseline.TokensPerRequest(hour), usual.TokensPerRequest, options.TokenFactor),
                    Check(AnomalyKind.TokenSpike, UsageBaseline.Burst, UsageBaseline.TokensPerRequest(burst), usual.TokensPerRequest, options.TokenFactor)),
                Worse(
                    Check(AnomalyKind.CostSpike, UsageBaseline.Hour, hour.Cost, usual.CostPerHour.Value, options.CostFactor),
                    Check(AnomalyKind.CostSpike, UsageBaseline.Burst, burst.Cost, usual.CostPerBurst.Value, options.CostFactor))));
        }
    }

    private AnomalyVerdict Judge(bool isWarmingUp, params ReadOnlySpan<Anomaly?> found)
    {
        List<Anomaly> anomalies = new(found.Length);
        var isHigh = false;
        foreach (var anomaly in found)
        {
            if (anomaly is null) continue;
            anomalies.Add(anomaly);
            isHigh |= anomaly.Severity == AnomalySeverity.High;
        }

        return new AnomalyVerdict(anomalies, isWarmingUp ? AnomalyAction.Alert : isHigh ? options.OnHigh : options.OnMedium, isWarmingUp);
    }

    private static Anomaly? Check(AnomalyKind kind, TimeSpan window, long current, long baseline, double factor)
    {
        var threshold = baseline * factor;
        return current > threshold ? new Anomaly(kind, window, current, baseline, (long)threshold) : null;
    }

    private static Anomaly? Worse(Anomaly? one, Anomaly? other) =>
        one is null || (other is not null && (double)other.Current / other.Threshold > (double)one.Current / one.Threshold) ? other : one;

    [Flags]
    private enum Kinds
    {
        None = 0,
        Requests = 1,
        Tokens = 2,
        Cost = 4,
    }
}
