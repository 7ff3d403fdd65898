using System.Text.Json;

namespace SafeLlm.Dashboard;

/// <summary>What operators did in the last hour for the page, newest first.</summary>
internal static class ActionJson
{
    private const int Most = 50;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelMinute?> minutes)
    {
        json.WriteStartArray("actions"u8);
        foreach (var line in minutes.SelectMany(minute => minute?.Actions ?? []).OrderByDescending(line => line.At).Take(Most))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, line.Id);
            json.WriteString("at"u8, line.At);
            json.WriteString("who"u8, line.Operator);
            json.WriteString("what"u8, line.Action);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
