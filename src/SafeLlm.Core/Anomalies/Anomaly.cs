using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Anomalies;

/// <summary>Usage that left what is usual, with its numbers.</summary>
/// <param name="Kind">How.</param>
/// <param name="Window">Over which time: the last hour, or the last five minutes.</param>
/// <param name="Current">What was used in that time, in the unit of <see cref="Dimension"/>; tokens are those of a request on average.</param>
/// <param name="Baseline">What is usual: the largest of what was learned, the article's baseline and a fifth of what the tier allows.</param>
/// <param name="Threshold">Above which amount it counts as an anomaly.</param>
public sealed record Anomaly(AnomalyKind Kind, TimeSpan Window, long Current, long Baseline, long Threshold)
{
    /// <summary>How much it matters.</summary>
    public AnomalySeverity Severity => Kind == AnomalyKind.TokenSpike ? AnomalySeverity.Medium : AnomalySeverity.High;

    /// <summary>The unit of the numbers: requests, tokens, or money in nano-dollars.</summary>
    public Dimension Dimension => Kind switch
    {
        AnomalyKind.RequestSpike => Dimension.Requests,
        AnomalyKind.TokenSpike => Dimension.Tokens,
        _ => Dimension.Dollars,
    };

    /// <summary>In one line for people: <c>request_spike: 51 requests in 5 minutes, where 10 requests are usual and 50 requests the most</c>.</summary>
    public string Describe()
    {
        var each = Kind == AnomalyKind.TokenSpike ? " a request" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind.Name()}: {Show(Current)}{each} in {Window.TotalMinutes:0} minutes, where {Show(Baseline)} are usual and {Show(Threshold)} the most");
    }

    private string Show(long amount) => DimensionText.Show(Dimension, amount);
}
