using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard;

/// <summary>Keys for the page: public names, owners and lives.</summary>
internal static class KeyJson
{
    private const int MostRows = 500;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<KeyRow> keys)
    {
        json.WriteStartObject("keys"u8);
        json.WriteNumber("count"u8, keys.Count);
        json.WriteNumber("live"u8, keys.Count(row => row.State == KeyState.Live));
        json.WriteNumber("frozen"u8, keys.Count(row => row.State == KeyState.Frozen));
        json.WriteNumber("endingSoon"u8, keys.Count(row => row.EndsSoon));
        json.WriteStartArray("rows"u8);
        foreach (var row in keys.Take(MostRows))
        {
            var key = row.Key;
            json.WriteStartObject();
            json.WriteString("keyId"u8, key.Key.KeyId);
            json.WriteString("client"u8, key.Client);
            json.WriteString("user"u8, key.User);
            json.WriteString("tenant"u8, key.Tenant);
            json.WriteString("tier"u8, row.Tier);
            json.WriteString("algorithm"u8, key.Key.Algorithm.Name());
            json.WriteString("state"u8, JsonNamingPolicy.CamelCase.ConvertName(row.State.ToString()));
            json.WriteBoolean("stored"u8, row.IsStored);
            json.WriteBoolean("endsSoon"u8, row.EndsSoon);
            if (row.RestsUntil is { } until) json.WriteString("frozenUntil"u8, until);
            if (key.NotAfter is { } end) json.WriteString("notAfter"u8, end);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
