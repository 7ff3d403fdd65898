using SafeLlm.Anomalies;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

/// <summary>The detector as plainly as it can be said: it keeps every call, and looks through all of them each time.</summary>
internal sealed class SpecifiedDetector(AnomalyOptions options, UsageNorm norm, DateTimeOffset firstAt)
{
    private readonly List<(long Tokens, long Cost, DateTimeOffset At)> calls = [];
    private readonly List<UsagePeaks> days = [];
    private DateTimeOffset dayStart = firstAt;
    private UsagePeaks peaks;

    public UsagePeaks Learned { get; private set; }

    private UsagePeaks Floor
    {
        get
        {
            var requests = Math.Max(options.RequestsPerHour, norm.RequestsPerHour / 5);
            var cost = Math.Max((1_000_000_000 + 23) / 24, norm.DollarsPerDay.Value / 5 / 24);
            return new UsagePeaks(
                requests,
                Math.Max(options.RequestsPerHour, norm.RequestsPerHour / 5 / 12),
                Math.Max(options.TokensPerRequest, norm.TokensPerRequest / 5),
                new NanoUsd(cost),
                new NanoUsd((1_000_000_000 + 23) / 24));
        }
    }

    // What the tier does not limit is taken as it is.
    private UsagePeaks MostOfFirstDay => new(
        norm.RequestsPerHour == 0 ? long.MaxValue : 5 * Floor.RequestsPerHour,
        norm.RequestsPerHour == 0 ? long.MaxValue : 5 * Floor.RequestsPerBurst,
        norm.TokensPerRequest == 0 ? long.MaxValue : 3 * Floor.TokensPerRequest,
        new NanoUsd(norm.DollarsPerDay == NanoUsd.Zero ? long.MaxValue : norm.DollarsPerDay.Value / 10),
        new NanoUsd(norm.DollarsPerDay == NanoUsd.Zero ? long.MaxValue : norm.DollarsPerDay.Value / 10));

    public IEnumerable<AnomalyKind> Note(long tokens, long cost, DateTimeOffset now)
    {
        EndDays(now);
        calls.Add((tokens, cost, now));
        var slot = now.UtcTicks / TimeSpan.FromMinutes(5).Ticks;
        var hour = calls.Where(call => call.At.UtcTicks / TimeSpan.FromMinutes(5).Ticks > slot - 12).ToList();
        var burst = calls.Where(call => call.At.UtcTicks / TimeSpan.FromMinutes(5).Ticks == slot).ToList();
        var now1 = new UsagePeaks(hour.Count, burst.Count, Math.Max(Mean(hour), Mean(burst)), new NanoUsd(hour.Sum(call => call.Cost)), new NanoUsd(burst.Sum(call => call.Cost)));
        peaks = UsagePeaks.Larger(peaks, now1);

        var usual = UsagePeaks.Larger(Learned, Floor);
        List<AnomalyKind> found = [];
        if (now1.RequestsPerHour > 5 * usual.RequestsPerHour || now1.RequestsPerBurst > 5 * usual.RequestsPerBurst) found.Add(AnomalyKind.RequestSpike);
        if (now1.TokensPerRequest > 3 * usual.TokensPerRequest) found.Add(AnomalyKind.TokenSpike);
        if (now1.CostPerHour.Value > 5 * usual.CostPerHour.Value || now1.CostPerBurst.Value > 5 * usual.CostPerBurst.Value) found.Add(AnomalyKind.CostSpike);
        return found;
    }

    // Calls that spent none are no measure of those that did.
    private static long Mean(List<(long Tokens, long Cost, DateTimeOffset At)> some) => some.Count(call => call.Tokens > 0) is >= 5 and var billed ? some.Sum(call => call.Tokens) / billed : 0;

    private void EndDays(DateTimeOffset now)
    {
        for (; now - dayStart >= TimeSpan.FromDays(1); dayStart = dayStart.AddDays(1))
        {
            if (peaks == default) continue;
            var most = UsagePeaks.Larger(Learned, Floor);
            var twice = new UsagePeaks(2 * most.RequestsPerHour, 2 * most.RequestsPerBurst, 2 * most.TokensPerRequest, most.CostPerHour + most.CostPerHour, most.CostPerBurst + most.CostPerBurst);
            days.Add(UsagePeaks.Smaller(peaks, days.Count == 0 ? MostOfFirstDay : twice));
            peaks = default;
            var last = days.TakeLast(14).ToList();
            Learned = new UsagePeaks(
                Second(last.Select(day => day.RequestsPerHour)),
                Second(last.Select(day => day.RequestsPerBurst)),
                Second(last.Select(day => day.TokensPerRequest)),
                new NanoUsd(Second(last.Select(day => day.CostPerHour.Value))),
                new NanoUsd(Second(last.Select(day => day.CostPerBurst.Value))));
        }
    }

    private static long Second(IEnumerable<long> amounts)
    {
        var sorted = amounts.OrderDescending().ToList();
        return sorted.Count == 1 ? sorted[0] : sorted[1];
    }
}
