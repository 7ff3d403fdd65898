using System.Text.Json;
using SafeLlm.Alerts;

namespace SafeLlm.Dashboard;

/// <summary>Alerts for the page.</summary>
internal static class AlertJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Alert> alerts)
    {
        json.WriteStartArray("alerts"u8);
        foreach (var alert in alerts)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, alert.Id);
            json.WriteString("at"u8, alert.At);
            json.WriteString("severity"u8, JsonNamingPolicy.CamelCase.ConvertName(alert.Severity.ToString()));
            json.WriteString("kind"u8, JsonNamingPolicy.CamelCase.ConvertName(alert.Kind.ToString()));
            json.WriteString("text"u8, alert.Describe());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
