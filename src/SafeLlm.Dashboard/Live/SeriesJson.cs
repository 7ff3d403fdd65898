using System.Text.Json;

namespace SafeLlm.Dashboard;

/// <summary>One line of a chart: a value a minute, 0 where nothing was seen.</summary>
internal static class SeriesJson
{
    public static void Write<T>(Utf8JsonWriter json, string name, IReadOnlyList<T?> minutes, Func<T, decimal> value)
        where T : class
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteStartArray("values"u8);
        foreach (var minute in minutes) json.WriteNumberValue(minute is null ? 0 : value(minute));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
