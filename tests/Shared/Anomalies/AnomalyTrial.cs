using SafeLlm.Anomalies;

namespace SafeLlm.Tests.Anomalies;

/// <summary>Lets the detector judge generated traffic as the verifier would: a frozen key's calls are refused, and what was before is forgiven.</summary>
public static class AnomalyTrial
{
    private static readonly TimeSpan InTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FrozenFor = TimeSpan.FromMinutes(15);

    public static TrialResult Run(long seed, int keys, int days, AnomalyOptions? options = null, Action<GeneratedKey, DateTimeOffset, AnomalyVerdict>? onFalse = null)
    {
        var generator = new TrafficGenerator(seed, days);
        var detector = new AnomalyDetector(options ?? new AnomalyOptions());
        var result = new TrialResult();
        for (var i = 0; i < keys; i++) Judge(generator.Key(i), days, detector, result, onFalse);
        return result;
    }

    private static void Judge(GeneratedKey key, int days, AnomalyDetector detector, TrialResult result, Action<GeneratedKey, DateTimeOffset, AnomalyVerdict>? onFalse)
    {
        var baseline = new UsageBaseline(key.Calls.Count == 0 ? TrafficGenerator.Start : key.Calls[0].At);
        // What follows on an attack is the attack's: the key may stay frozen for a while.
        var safeUntil = key.AttacksAt.Append(DateTimeOffset.MaxValue).First();
        DateTimeOffset? frozenUntil = null;
        var (isFound, isFrozen) = (new bool[key.AttacksAt.Count], new bool[key.AttacksAt.Count]);
        var toldHour = 0L;
        foreach (var call in key.Calls)
        {
            if (frozenUntil > call.At) continue;
            if (frozenUntil is not null)
            {
                frozenUntil = null;
                baseline.Forgive();
            }

            result.Calls++;
            var verdict = call.IsRefused ? detector.NoteRefused(baseline, key.Norm, call.At) : detector.NoteCall(baseline, key.Norm, call.Tokens, call.Cost, call.At);
            if (verdict.Action is not { } action) continue;
            var freezes = action >= AnomalyAction.Freeze;
            if (freezes) frozenUntil = call.At + FrozenFor;
            if (call.At < safeUntil)
            {
                if (freezes)
                {
                    result.FalseFreezes++;
                    onFalse?.Invoke(key, call.At, verdict);
                }
                else if (!verdict.IsWarmingUp && call.At.UtcTicks / TimeSpan.TicksPerHour is var hour && hour != toldHour)
                {
                    toldHour = hour;
                    result.FalseAlerts++;
                }
            }
            else
            {
                // In a key's first day nothing does more than tell, so that is what it is found by.
                var isTold = verdict.IsWarmingUp && verdict.Anomalies.Any(anomaly => anomaly.Severity == AnomalySeverity.High);
                for (var i = 0; i < isFound.Length; i++)
                {
                    if (call.At < key.AttacksAt[i] || call.At - key.AttacksAt[i] > InTime) continue;
                    isFound[i] |= freezes || isTold;
                    isFrozen[i] |= freezes;
                }
            }
        }

        foreach (var found in isFound) result.Add(key.Attack!.Value, found);
        result.OnlyTold += isFound.Count(found => found) - isFrozen.Count(frozen => frozen);
        if (key.Attack is not null) result.AttackedKeys++;
        var last = key.AttacksAt.Append(TrafficGenerator.Start.AddDays(days)).First();
        result.KeyDays += Math.Max(0, (last - baseline.FirstAt).TotalDays - 1);
    }
}
