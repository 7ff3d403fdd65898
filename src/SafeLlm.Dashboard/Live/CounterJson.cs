using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Dashboard;

/// <summary>Limits and open holds for the page.</summary>
internal static class CounterJson
{
    public static void Write(Utf8JsonWriter json, StoreSight seen, IReadOnlyList<KeyRow> keys)
    {
        var rows = CounterRows.Of(seen.Counters, keys);
        json.WriteStartObject("limits"u8);
        json.WriteNumber("count"u8, rows.Count);
        json.WriteStartArray("rows"u8);
        foreach (var row in CounterRows.Fullest(rows)) Write(json, row);
        json.WriteEndArray();
        json.WriteEndObject();

        json.WriteStartObject("holds"u8);
        json.WriteNumber("count"u8, seen.Holds.Count);
        json.WriteBoolean("more"u8, seen.Holds.Count == StoreWatch.MostHolds);
        json.WriteNumber("dollars"u8, seen.Holds.Sum(hold => hold.Hold.Amounts.Cost.Dollars));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CounterRow row)
    {
        var state = row.State;
        json.WriteStartObject();
        json.WriteString("kind"u8, row.Kind);
        json.WriteString("scope"u8, state.Scope);
        json.WriteString("tier"u8, row.Tier);
        json.WriteString("dimension"u8, JsonNamingPolicy.CamelCase.ConvertName(state.Dimension.ToString()));
        json.WriteString("window"u8, state.Window);
        WriteAmount(json, "cap", state.Dimension, state.Cap);
        WriteAmount(json, "spent", state.Dimension, state.Spent);
        WriteAmount(json, "held", state.Dimension, state.Held);
        WriteAmount(json, "free", state.Dimension, state.Free);
        json.WriteNumber("share"u8, row.Share);
        json.WriteBoolean("setByOperator"u8, state.IsSetByOperator);
        if (state.Fault is { } fault) json.WriteString("fault"u8, fault);
        if (state.ResetsAt is { } end) json.WriteString("resetsAt"u8, end);
        json.WriteEndObject();
    }

    // Dollars are decimals wherever a person reads them.
    private static void WriteAmount(Utf8JsonWriter json, string name, Dimension dimension, long amount)
    {
        if (dimension == Dimension.Dollars) json.WriteNumber(name, new NanoUsd(amount).Dollars);
        else json.WriteNumber(name, amount);
    }
}
