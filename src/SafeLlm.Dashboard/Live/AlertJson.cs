using System.Text.Json;
using SafeLlm.Alerts;

namespace SafeLlm.Dashboard;

/// <summary>Alerts for the page, newest first: what the store remembers and what was delivered here, each once.</summary>
internal static class AlertJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Alert> alerts)
    {
        json.WriteStartArray("alerts"u8);
        foreach (var alert in alerts.DistinctBy(alert => alert.Id).OrderByDescending(alert => alert.At).Take(AlertBoard.Most))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, alert.Id);
            json.WriteString("at"u8, alert.At);
            json.WriteString("severity"u8, JsonNamingPolicy.CamelCase.ConvertName(alert.Severity.ToString()));
            json.WriteString("kind"u8, JsonNamingPolicy.CamelCase.ConvertName(alert.Kind.ToString()));
            json.WriteString("text"u8, alert.Describe());
            json.WriteString("scope"u8, alert.Scope);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
