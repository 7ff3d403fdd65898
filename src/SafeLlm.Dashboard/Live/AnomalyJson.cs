using System.Text.Json;
using SafeLlm.Anomalies;
using SafeLlm.AspNetCore;

namespace SafeLlm.Dashboard;

/// <summary>Anomalies for the page, newest first.</summary>
internal static class AnomalyJson
{
    private const int Most = 100;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<KeyAnomaly> anomalies)
    {
        json.WriteStartArray("anomalies"u8);
        foreach (var found in anomalies.Take(Most))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, FormattableString.Invariant($"{found.KeyId} {found.Anomaly.Kind} {found.At.UtcTicks}"));
            json.WriteString("keyId"u8, found.KeyId);
            json.WriteString("at"u8, found.At);
            json.WriteString("severity"u8, found.Anomaly.Severity.Name());
            json.WriteString("text"u8, found.Anomaly.Describe());
            json.WriteString("action"u8, JsonNamingPolicy.CamelCase.ConvertName(found.Action.ToString()));
            if (found.Until is { } until) json.WriteString("until"u8, until);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
