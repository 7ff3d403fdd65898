using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore;

/// <summary>
/// When a key's usage counts as an anomaly (<see cref="AnomalyDetector"/>), and what follows. The defaults are the article's: five times the
/// requests or the money blocks, three times the tokens a request alerts, and in a key's first 24 hours nothing does more than alert.
/// </summary>
public sealed class SafeLlmAnomalyOptions
{
    private static readonly AnomalyOptions Article = new();

    /// <summary>Whether usage is watched at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <inheritdoc cref="AnomalyOptions.OnHigh"/>
    public AnomalyAction OnHigh { get; set; } = Article.OnHigh;

    /// <inheritdoc cref="AnomalyOptions.OnMedium"/>
    public AnomalyAction OnMedium { get; set; } = Article.OnMedium;

    /// <summary>How long a key is frozen by <see cref="AnomalyAction.Freeze"/>; twice as long each further time within a day, a day at most.</summary>
    /// <value>The default is 15 minutes; from 1 minute to 1 day.</value>
    public TimeSpan FreezeFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How far apart the calls of a key are let through that is slowed by <see cref="AnomalyAction.Slow"/>, for as long as <see cref="FreezeFor"/>.</summary>
    /// <value>The default is 10 seconds; from 1 second to 10 minutes.</value>
    public TimeSpan SlowTo { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="AnomalyOptions.RequestFactor"/>
    public double RequestFactor { get; set; } = Article.RequestFactor;

    /// <inheritdoc cref="AnomalyOptions.TokenFactor"/>
    public double TokenFactor { get; set; } = Article.TokenFactor;

    /// <inheritdoc cref="AnomalyOptions.CostFactor"/>
    public double CostFactor { get; set; } = Article.CostFactor;

    /// <inheritdoc cref="AnomalyOptions.RequestsPerHour"/>
    public long RequestsPerHour { get; set; } = Article.RequestsPerHour;

    /// <inheritdoc cref="AnomalyOptions.TokensPerRequest"/>
    public long TokensPerRequest { get; set; } = Article.TokensPerRequest;

    /// <inheritdoc cref="AnomalyOptions.DollarsPerDay"/>
    public decimal DollarsPerDay { get; set; } = Article.DollarsPerDay;

    /// <inheritdoc cref="AnomalyOptions.TierShare"/>
    public double TierShare { get; set; } = Article.TierShare;

    /// <inheritdoc cref="AnomalyOptions.WarmUp"/>
    public TimeSpan WarmUp { get; set; } = Article.WarmUp;

    internal AnomalyOptions ToDetector() => new()
    {
        OnHigh = OnHigh,
        OnMedium = OnMedium,
        RequestFactor = RequestFactor,
        TokenFactor = TokenFactor,
        CostFactor = CostFactor,
        RequestsPerHour = RequestsPerHour,
        TokensPerRequest = TokensPerRequest,
        DollarsPerDay = DollarsPerDay,
        TierShare = TierShare,
        WarmUp = WarmUp,
    };
}
