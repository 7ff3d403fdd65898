using System.Globalization;

namespace SafeLlm.Tests.Anomalies;

/// <summary>What the detector did with generated traffic.</summary>
public sealed class TrialResult
{
    private readonly Dictionary<AttackKind, (int Attacks, int Found)> kinds = [];

    public int AttackedKeys { get; set; }

    public int Attacks => kinds.Values.Sum(kind => kind.Attacks);

    /// <summary>Attacks at which their key was frozen within ten minutes of their start; in its first day, at which somebody was told of a high anomaly.</summary>
    public int Found => kinds.Values.Sum(kind => kind.Found);

    public double Recall => Attacks == 0 ? 1 : (double)Found / Attacks;

    /// <summary>Days of keys in the right hands, but for their first, on which nothing is frozen.</summary>
    public double KeyDays { get; set; }

    public int FalseFreezes { get; set; }

    public int FalseAlerts { get; set; }

    public long Calls { get; set; }

    /// <summary>How many of <see cref="Found"/> were in a key's first day.</summary>
    public int OnlyTold { get; set; }

    public double FalseFreezesPer1000 => KeyDays == 0 ? 0 : 1_000 * FalseFreezes / KeyDays;

    public void Add(AttackKind kind, bool isFound)
    {
        var (attacks, found) = kinds.GetValueOrDefault(kind);
        kinds[kind] = (attacks + 1, found + (isFound ? 1 : 0));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Calls:N0} calls, {KeyDays:N0} key-days; recall within 10 minutes {Recall:0.000} ({string.Join(", ", kinds.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key} {kind.Value.Found}/{kind.Value.Attacks} = {(double)kind.Value.Found / kind.Value.Attacks:0.00}"))}; {OnlyTold} of them told of in a key's first day); {FalseFreezesPer1000:0.00} false freezes and {1_000 * FalseAlerts / Math.Max(1, KeyDays):0.0} false alerts per 1,000 key-days");
}
