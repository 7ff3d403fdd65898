using System.Text.Json;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>What the prompt policy found: rules, places and numbers, never the text.</summary>
internal static class FindingJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<PromptFinding> findings)
    {
        if (findings.Count == 0) return;
        json.WriteStartArray("findings"u8);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("rule"u8, finding.Rule);
            json.WriteString("severity"u8, finding.Severity == PromptSeverity.Refuse ? "refuse"u8 : "flag"u8);
            json.WriteString("message"u8, finding.Message);
            if (finding.Place is { } place) json.WriteNumber("place"u8, place);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
