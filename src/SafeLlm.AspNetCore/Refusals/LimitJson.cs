using System.Text.Json;
using System.Xml;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>The numbers of the limits that had no room, for the scopes that are the caller's own. Money is in dollars.</summary>
internal static class LimitJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LimitDenial> denials)
    {
        var hasBegun = false;
        for (var i = 0; i < denials.Count; i++)
        {
            if (!LimitRefusal.IsOwn(denials[i].Limit.Scope)) continue;
            if (!hasBegun) json.WriteStartArray("limits"u8);
            hasBegun = true;
            Write(json, denials[i]);
        }

        if (hasBegun) json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, LimitDenial denial)
    {
        var limit = denial.Limit;
        json.WriteStartObject();
        json.WriteString("scope"u8, limit.Scope);
        json.WriteString("dimension"u8, Name(limit.Dimension));
        if (Name(limit.Window) is { } window) json.WriteString("window"u8, window);
        WriteAmount(json, "asked"u8, limit, denial.Asked);
        WriteAmount(json, "spent"u8, limit, denial.Spent);
        WriteAmount(json, "held"u8, limit, denial.Held);
        WriteAmount(json, "cap"u8, limit, limit.Cap);
        WriteAmount(json, "free"u8, limit, denial.Free);
        if (denial.RoomAt is { } at) json.WriteString("resets_at"u8, at.UtcDateTime);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, ReadOnlySpan<byte> name, Limit limit, long amount)
    {
        if (limit.Dimension == Dimension.Dollars) json.WriteNumber(name, new NanoUsd(amount).Dollars);
        else json.WriteNumber(name, amount);
    }

    private static string Name(Dimension dimension) => dimension switch
    {
        Dimension.Requests => "requests",
        Dimension.Tokens => "tokens",
        Dimension.InputTokens => "input_tokens",
        Dimension.OutputTokens => "output_tokens",
        Dimension.Dollars => "dollars",
        _ => "concurrent_calls",
    };

    // A duration as in ISO 8601 for what rolls, a unit and its time zone for the calendar.
    private static string? Name(Window? window) => window is not RollingWindow { Length: var length } ? window?.ToString()
        // As nearly all are.
        : length == TimeSpan.FromMinutes(1) ? "PT1M"
        : length == TimeSpan.FromHours(1) ? "PT1H"
        : XmlConvert.ToString(length);
}
