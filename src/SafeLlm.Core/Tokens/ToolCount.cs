using System.Text.Json;

namespace SafeLlm.Tokens;

/// <summary>Counts the tools of raw declarations, in the shapes of all wire formats.</summary>
internal static class ToolCount
{
    /// <summary>How many tools are declared; Gemini wraps them in objects of a list each.</summary>
    public static int Of(ReadOnlySpan<byte> declarations)
    {
        try
        {
            var reader = new Utf8JsonReader(declarations);
            var count = 0;
            var depth = 0;
            var isWrapped = false;
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        depth++;
                        count += reader.TokenType == JsonTokenType.StartObject && depth == (isWrapped ? 4 : 2) ? 1 : 0;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        depth--;
                        break;
                    case JsonTokenType.PropertyName when depth == 2 && (reader.ValueTextEquals("functionDeclarations"u8) || reader.ValueTextEquals("function_declarations"u8)):
                        count -= isWrapped ? 0 : 1;
                        isWrapped = true;
                        break;
                }
            }

            return count;
        }
        catch (JsonException)
        {
            // the walker has read them; a form that this does not follow is one tool
            return 1;
        }
    }
}
