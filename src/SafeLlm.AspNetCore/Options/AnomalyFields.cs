using System.Globalization;
using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore;

/// <summary>Reads and checks <see cref="SafeLlmAnomalyOptions"/>.</summary>
internal static class AnomalyFields
{
    private const double LeastFactor = 1.1;
    private const double MostFactor = 1_000;

    public static void Read(ConfigurationFields fields, SafeLlmAnomalyOptions options)
    {
        fields.Switch("Enabled", value => options.Enabled = value);
        fields.Name<AnomalyAction>("OnHigh", value => options.OnHigh = value);
        fields.Name<AnomalyAction>("OnMedium", value => options.OnMedium = value);
        fields.Time("FreezeFor", value => options.FreezeFor = value);
        fields.Time("SlowTo", value => options.SlowTo = value);
        fields.Number("RequestFactor", value => options.RequestFactor = value);
        fields.Number("TokenFactor", value => options.TokenFactor = value);
        fields.Number("CostFactor", value => options.CostFactor = value);
        fields.Whole("RequestsPerHour", value => options.RequestsPerHour = value);
        fields.Whole("TokensPerRequest", value => options.TokensPerRequest = value);
        fields.Dollars("DollarsPerDay", value => options.DollarsPerDay = value);
        fields.Number("TierShare", value => options.TierShare = value);
        fields.Time("WarmUp", value => options.WarmUp = value);
    }

    public static void Check(SafeLlmVerifierOptions options, List<string> errors)
    {
        var anomalies = options.Anomalies;
        void Range<T>(string setting, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{OptionPath.Of(options, "Anomalies:" + setting)} is {value}; give {least} to {most}."));
        }

        Range(nameof(anomalies.FreezeFor), anomalies.FreezeFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        Range(nameof(anomalies.SlowTo), anomalies.SlowTo, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Range(nameof(anomalies.RequestFactor), anomalies.RequestFactor, LeastFactor, MostFactor);
        Range(nameof(anomalies.TokenFactor), anomalies.TokenFactor, LeastFactor, MostFactor);
        Range(nameof(anomalies.CostFactor), anomalies.CostFactor, LeastFactor, MostFactor);
        Range(nameof(anomalies.RequestsPerHour), anomalies.RequestsPerHour, 1, 1_000_000_000);
        Range(nameof(anomalies.TokensPerRequest), anomalies.TokensPerRequest, 1, 1_000_000_000);
        Range(nameof(anomalies.DollarsPerDay), anomalies.DollarsPerDay, 0m, 9_000_000m);
        Range(nameof(anomalies.TierShare), anomalies.TierShare, 0, 1);
        Range(nameof(anomalies.WarmUp), anomalies.WarmUp, TimeSpan.Zero, TimeSpan.FromDays(30));
    }
}
