using System.Text;
using System.Text.Json;

namespace SafeLlm.Sqlite.Files;

/// <summary>A list of texts as the file has it: a JSON array, which SQLite itself can look into.</summary>
internal static class TextList
{
    public static string Write(IReadOnlyList<string> texts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static IReadOnlyList<string> Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(one => one.GetString() ?? "")];
    }
}
