using System.Globalization;
using SafeLlm.Pricing;

namespace SafeLlm.Limits;

/// <summary>Amounts for people, in the unit of their dimension.</summary>
internal static class DimensionText
{
    public static string Show(Dimension dimension, long amount) => dimension switch
    {
        Dimension.Dollars => new NanoUsd(amount).ToString(),
        Dimension.Requests => amount.ToString("N0", CultureInfo.InvariantCulture) + " requests",
        Dimension.ConcurrentCalls => amount.ToString("N0", CultureInfo.InvariantCulture) + " concurrent calls",
        Dimension.InputTokens => amount.ToString("N0", CultureInfo.InvariantCulture) + " input tokens",
        Dimension.OutputTokens => amount.ToString("N0", CultureInfo.InvariantCulture) + " output tokens",
        _ => amount.ToString("N0", CultureInfo.InvariantCulture) + " tokens",
    };
}
