using System.Text.Json;

namespace SafeLlm.Dashboard;

/// <summary>An hour of spending by model for the page.</summary>
internal static class ModelJson
{
    private const int MostInAChart = 8;
    private const int MostRows = 100;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelMinute?> minutes)
    {
        var models = minutes
            .SelectMany(minute => minute?.Models ?? [])
            .GroupBy(model => model.Key, StringComparer.Ordinal)
            .Select(group => (Name: group.Key, Spending: group.Aggregate(default(ModelSpending), (sum, one) => sum + one.Value)))
            .OrderByDescending(model => model.Spending.Dollars).ThenBy(model => model.Name, StringComparer.Ordinal)
            .ToList();

        json.WriteStartObject("models"u8);
        json.WriteNumber("count"u8, models.Count);
        json.WriteStartArray("rows"u8);
        foreach (var (name, spending) in models.Take(MostRows)) Write(json, name, spending);
        json.WriteEndArray();
        json.WriteStartArray("series"u8);
        foreach (var (name, _) in models.Take(MostInAChart)) SeriesJson.Write(json, name, minutes, minute => minute.Models.GetValueOrDefault(name).Dollars);
        if (models.Count > MostInAChart)
        {
            var shown = models.Take(MostInAChart).Select(model => model.Name).ToHashSet(StringComparer.Ordinal);
            SeriesJson.Write(json, $"{models.Count - MostInAChart} others", minutes, minute => minute.Models.Where(model => !shown.Contains(model.Key)).Sum(model => model.Value.Dollars));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, in ModelSpending spending)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteNumber("dollars"u8, spending.Dollars);
        json.WriteNumber("held"u8, spending.Held);
        json.WriteNumber("inputTokens"u8, spending.InputTokens);
        json.WriteNumber("outputTokens"u8, spending.OutputTokens);
        json.WriteNumber("attempts"u8, spending.Attempts);
        json.WriteNumber("overruns"u8, spending.Overruns);
        json.WriteEndObject();
    }
}
