using System.Text;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary>A key as an entry of <c>Keys</c> in a verifier's configuration.</summary>
internal static class ConfiguredKey
{
    /// <param name="key">The key, with its owner, its scopes and its end.</param>
    /// <param name="place">The setting that says where the verifier has the secret or the public key from, and its value; null where the secret was printed.</param>
    public static string Write(VerifierKey key, (string Setting, string Value)? place)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("KeyId", key.Key.KeyId);
            if (key.Key.Algorithm != SignatureAlgorithm.HmacSha256) json.WriteString("Algorithm", key.Key.Algorithm.Name());
            if (place is { } known) json.WriteString(known.Setting, known.Value);
            foreach (var (name, text) in new[] { ("Client", key.Client), ("User", key.User), ("Tenant", key.Tenant), ("Device", key.Device), ("Tier", key.Tier) })
            {
                if (text is not null) json.WriteString(name, text);
            }

            if (key.ActsForUsers) json.WriteBoolean("ActsForUsers", true);
            Write(json, "Endpoints", key.Endpoints);
            Write(json, "Models", key.Models);
            if (key.NotAfter is { } end) json.WriteString("NotAfter", end.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
