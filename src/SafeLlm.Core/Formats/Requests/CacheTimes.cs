using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>How long a request lets input stay in a cache, wherever in it that is said: <c>ttl</c> of a part, of a tool, of the document.</summary>
internal static class CacheTimes
{
    /// <summary>Whether any of them is other than the five minutes that cost the usual price.</summary>
    public static bool AskForLong(ReadOnlySpan<byte> body)
    {
        if (!MayHaveTime(body)) return false;
        try
        {
            var reader = new Utf8JsonReader(body, StrictJson.Options);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("ttl"u8)) continue;
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number || (reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals("5m"u8))) return true;
            }

            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    // No request is read twice for what its bytes rule out: the name, with its quotes as prompts have it in words ("little"), or an escape that
    // may stand for a letter of it.
    private static bool MayHaveTime(ReadOnlySpan<byte> body) =>
        body.IndexOf("\"ttl\""u8) >= 0 || (body.IndexOf("\\u00"u8) >= 0 && (body.IndexOf("\\u0074"u8) >= 0 || body.IndexOf("\\u006"u8) >= 0));
}
