using System.Globalization;
using SafeLlm.Tests.Anomalies;

namespace SafeLlm.Soak;

/// <summary>Generated traffic of weeks with attacks in it, judged by the detector.</summary>
internal sealed class AnomalySoak : ISoak
{
    private const int Keys = 500;
    private const int Days = 28;
    private const double LeastRecall = 0.9;
    private const double MostFalseFreezes = 1;

    public string Name => "anomalies";

    public string What => string.Create(CultureInfo.InvariantCulture, $"{Keys} keys over {Days} days, attacks in every other: recall at least {LeastRecall}, at most {MostFalseFreezes} false freeze per 1,000 key-days");

    public Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, int> wrong = [];
        var result = AnomalyTrial.Run(seed, Keys, Days, onFalse: (key, _, verdict) =>
        {
            var name = $"{key.Habit} {string.Join('+', verdict.Anomalies.Select(anomaly => $"{anomaly.Kind} in {anomaly.Window.TotalMinutes} minutes"))}";
            wrong[name] = wrong.GetValueOrDefault(name) + 1;
        });
        var told = $"{result}. False freezes: {(wrong.Count == 0 ? "none" : string.Join(", ", wrong.Select(one => $"{one.Key}: {one.Value}")))}";
        return result.Recall >= LeastRecall && result.FalseFreezesPer1000 <= MostFalseFreezes ? Task.FromResult(told) : throw new InvalidOperationException(told);
    }
}
