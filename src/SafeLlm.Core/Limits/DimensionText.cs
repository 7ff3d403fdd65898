using System.Globalization;
using SafeLlm.Pricing;

namespace SafeLlm.Limits;

/// <summary>Amounts for people, in the unit of their dimension.</summary>
internal static class DimensionText
{
    public static string Show(Dimension dimension, long amount) => dimension switch
    {
        Dimension.Dollars => new NanoUsd(amount).ToString(),
        Dimension.Requests => Number(amount) + " requests",
        Dimension.ConcurrentCalls => Number(amount) + " concurrent calls",
        Dimension.InputTokens => Number(amount) + " input tokens",
        Dimension.OutputTokens => Number(amount) + " output tokens",
        _ => Number(amount) + " tokens",
    };

    // Small numbers have no groups, and many of them a string that is there already.
    private static string Number(long amount) => amount.ToString(amount is >= 0 and < 1_000 ? null : "N0", CultureInfo.InvariantCulture);
}
