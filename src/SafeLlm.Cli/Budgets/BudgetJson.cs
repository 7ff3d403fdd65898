using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Budgets;

/// <summary>What all answers of <c>safellm budget</c> as JSON have in common.</summary>
internal static class BudgetJson
{
    /// <summary>Which counter an answer is about.</summary>
    public static void Counter(Utf8JsonWriter writer, string scope, Dimension dimension, string? window)
    {
        writer.WriteString("scope", scope);
        writer.WriteString("of", CounterArguments.Name(dimension));
        writer.WriteString("window", window);
    }

    /// <summary>An amount in its dimension's unit. Dollars are decimals wherever a person or a script reads them.</summary>
    public static void Amount(Utf8JsonWriter writer, string name, Dimension dimension, long? amount)
    {
        if (amount is not { } known) writer.WriteNull(name);
        else if (dimension == Dimension.Dollars) writer.WriteNumber(name, new NanoUsd(known).Dollars);
        else writer.WriteNumber(name, known);
    }

    /// <summary>What a change of one counter came to: the new cap, or what was spent.</summary>
    public static Action<Utf8JsonWriter> Change(Limit limit, bool isChanged, string name, long? amount) => writer =>
    {
        writer.WriteStartObject();
        Counter(writer, limit.Scope, limit.Dimension, limit.Window?.Name);
        writer.WriteBoolean("changed", isChanged);
        Amount(writer, name, limit.Dimension, amount);
        writer.WriteEndObject();
    };
}
