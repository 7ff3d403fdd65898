using SafeLlm.Anomalies;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

/// <summary>A tier of generated traffic: what it lets through of an hour, of a minute and of a day's money.</summary>
public sealed record TrafficTier(string Name, long RequestsPerMinute, decimal DollarsPerDay, long MaxOutputTokens)
{
    private const int MaxPromptTokens = 4_000;

    /// <summary>The three of the article, and one of somebody who sets no limits.</summary>
    public static IReadOnlyList<TrafficTier> All { get; } =
    [
        new("FREE", 10, 1m, 500),
        new("PRO", 60, 50m, 4_000),
        new("ENTERPRISE", 300, 500m, 8_000),
        new("OWN", 0, 0m, 8_000),
    ];

    public UsageNorm Norm => new(RequestsPerMinute * 60, RequestsPerMinute == 0 ? 0 : MaxPromptTokens + MaxOutputTokens, NanoUsd.FromDollars(DollarsPerDay));

    /// <summary>The calls as the tier answers them.</summary>
    public IEnumerable<GeneratedCall> Answer(IEnumerable<GeneratedCall> calls)
    {
        var (day, spent) = (0L, NanoUsd.Zero);
        Queue<DateTimeOffset> minute = new();
        foreach (var call in calls)
        {
            if (call.At.UtcTicks / TimeSpan.TicksPerDay is var today && today != day) (day, spent) = (today, NanoUsd.Zero);
            while (minute.Count > 0 && call.At - minute.Peek() >= TimeSpan.FromMinutes(1)) minute.Dequeue();
            if ((RequestsPerMinute > 0 && minute.Count >= RequestsPerMinute) || (DollarsPerDay > 0 && (spent + call.Cost).Dollars > DollarsPerDay))
            {
                yield return call with { IsRefused = true };
                continue;
            }

            minute.Enqueue(call.At);
            spent += call.Cost;
            yield return call;
        }
    }
}
