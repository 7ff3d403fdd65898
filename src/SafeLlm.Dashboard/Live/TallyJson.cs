using System.Text.Json;

namespace SafeLlm.Dashboard;

/// <summary>An hour of refusals and durations for the page.</summary>
internal static class TallyJson
{
    private const int MostInAChart = 8;

    private static readonly (string Name, int Percent)[] Percentiles = [("p50", 50), ("p95", 95), ("p99", 99)];

    public static bool Write(Utf8JsonWriter json, IReadOnlyList<TallyMinute?> minutes)
    {
        WriteRefusals(json, minutes);
        json.WriteStartObject("latency"u8);
        WriteDurations(json, "checks", [.. minutes.Select(minute => minute?.Checks)]);
        WriteDurations(json, "calls", [.. minutes.Select(minute => minute?.Calls)]);
        json.WriteEndObject();
        return true;
    }

    private static void WriteRefusals(Utf8JsonWriter json, IReadOnlyList<TallyMinute?> minutes)
    {
        var codes = minutes
            .SelectMany(minute => minute?.Refusals ?? [])
            .GroupBy(refusal => refusal.Key, StringComparer.Ordinal)
            .Select(group => (Code: group.Key, Count: group.Sum(refusal => refusal.Value)))
            .OrderByDescending(code => code.Count).ThenBy(code => code.Code, StringComparer.Ordinal)
            .ToList();

        json.WriteStartObject("refusals"u8);
        json.WriteNumber("count"u8, codes.Sum(code => code.Count));
        json.WriteStartArray("rows"u8);
        foreach (var (code, count) in codes)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, code);
            json.WriteNumber("count"u8, count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("series"u8);
        foreach (var (code, _) in codes.Take(MostInAChart)) SeriesJson.Write(json, code, minutes, minute => minute.Refusals.GetValueOrDefault(code));
        if (codes.Count > MostInAChart)
        {
            var shown = codes.Take(MostInAChart).Select(code => code.Code).ToHashSet(StringComparer.Ordinal);
            SeriesJson.Write(json, $"{codes.Count - MostInAChart} others", minutes, minute => minute.Refusals.Where(refusal => !shown.Contains(refusal.Key)).Sum(refusal => refusal.Value));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDurations(Utf8JsonWriter json, string name, IReadOnlyList<DurationCounts?> minutes)
    {
        var hour = new DurationCounts();
        foreach (var minute in minutes.OfType<DurationCounts>()) hour.Add(minute);
        json.WriteStartObject(name);
        json.WriteNumber("count"u8, hour.Count);
        foreach (var (percentile, percent) in Percentiles) WriteMilliseconds(json, percentile, hour.Percentile(percent));
        json.WriteStartArray("series"u8);
        foreach (var (percentile, percent) in Percentiles)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, percentile);
            json.WriteStartArray("values"u8);
            foreach (var minute in minutes)
            {
                if (minute?.Percentile(percent) is { } seconds) json.WriteNumberValue(Math.Round(seconds * 1000, 2));
                else json.WriteNullValue();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, double? seconds)
    {
        if (seconds is { } value) json.WriteNumber(name, Math.Round(value * 1000, 2));
        else json.WriteNull(name);
    }
}
