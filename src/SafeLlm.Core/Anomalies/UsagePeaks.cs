using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>The most that was used within a day, by each measure.</summary>
/// <param name="RequestsPerHour">Requests in an hour.</param>
/// <param name="RequestsPerBurst">Requests in five minutes.</param>
/// <param name="TokensPerRequest">Tokens a request on average over an hour or five minutes, with at least five requests.</param>
/// <param name="CostPerHour">Money in an hour.</param>
/// <param name="CostPerBurst">Money in five minutes.</param>
public readonly record struct UsagePeaks(long RequestsPerHour, long RequestsPerBurst, long TokensPerRequest, NanoUsd CostPerHour, NanoUsd CostPerBurst)
{
    /// <summary>The larger of each measure.</summary>
    public static UsagePeaks Larger(in UsagePeaks a, in UsagePeaks b) => new(
        Math.Max(a.RequestsPerHour, b.RequestsPerHour),
        Math.Max(a.RequestsPerBurst, b.RequestsPerBurst),
        Math.Max(a.TokensPerRequest, b.TokensPerRequest),
        a.CostPerHour > b.CostPerHour ? a.CostPerHour : b.CostPerHour,
        a.CostPerBurst > b.CostPerBurst ? a.CostPerBurst : b.CostPerBurst);

    /// <summary>The smaller of each measure.</summary>
    public static UsagePeaks Smaller(in UsagePeaks a, in UsagePeaks b) => new(
        Math.Min(a.RequestsPerHour, b.RequestsPerHour),
        Math.Min(a.RequestsPerBurst, b.RequestsPerBurst),
        Math.Min(a.TokensPerRequest, b.TokensPerRequest),
        a.CostPerHour < b.CostPerHour ? a.CostPerHour : b.CostPerHour,
        a.CostPerBurst < b.CostPerBurst ? a.CostPerBurst : b.CostPerBurst);

    /// <summary>Each measure doubled.</summary>
    internal UsagePeaks Doubled() => new(
        Twice(RequestsPerHour),
        Twice(RequestsPerBurst),
        Twice(TokensPerRequest),
        CostPerHour + CostPerHour,
        CostPerBurst + CostPerBurst);

    private static long Twice(long amount) => amount > long.MaxValue / 2 ? long.MaxValue : amount * 2;
}
