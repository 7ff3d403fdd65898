namespace SafeLlm.Anomalies;

/// <summary>When usage counts as an anomaly, and what follows. The defaults are the article's, cost following requests.</summary>
public sealed record AnomalyOptions
{
    /// <summary>Above how many times the usual requests it is a <see cref="AnomalyKind.RequestSpike"/>.</summary>
    /// <value>The default is 5; from 1.1 to 1,000.</value>
    public double RequestFactor { get; init; } = 5;

    /// <summary>Above how many times the usual tokens a request it is a <see cref="AnomalyKind.TokenSpike"/>.</summary>
    /// <value>The default is 3; from 1.1 to 1,000.</value>
    public double TokenFactor { get; init; } = 3;

    /// <summary>Above how many times the usual money it is a <see cref="AnomalyKind.CostSpike"/>.</summary>
    /// <value>The default is 5; from 1.1 to 1,000.</value>
    public double CostFactor { get; init; } = 5;

    /// <summary>The requests an hour that are usual for a caller of whom nothing is known.</summary>
    /// <value>The default is 10; from 1.</value>
    public long RequestsPerHour { get; init; } = 10;

    /// <summary>The tokens a request that are usual for a caller of whom nothing is known.</summary>
    /// <value>The default is 500; from 1.</value>
    public long TokensPerRequest { get; init; } = 500;

    /// <summary>The dollars a day that are usual for a caller of whom nothing is known.</summary>
    /// <value>The default is 1; from 0.</value>
    public decimal DollarsPerDay { get; init; } = 1m;

    /// <summary>The share of what a tier allows that is always usual: who pays for a tier may use it.</summary>
    /// <value>The default is 0.2; from 0 to 1.</value>
    public double TierShare { get; init; } = 0.2;

    /// <summary>How long after a key's first call an anomaly leads to an alert at most.</summary>
    /// <value>The default is 24 hours.</value>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What follows on a high anomaly.</summary>
    /// <value>The default is <see cref="AnomalyAction.Freeze"/>: the article blocks.</value>
    public AnomalyAction OnHigh { get; init; } = AnomalyAction.Freeze;

    /// <summary>What follows on a medium anomaly alone.</summary>
    /// <value>The default is <see cref="AnomalyAction.Alert"/>.</value>
    public AnomalyAction OnMedium { get; init; } = AnomalyAction.Alert;
}
