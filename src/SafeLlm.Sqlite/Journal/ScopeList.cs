using System.Text;
using System.Text.Json;

namespace SafeLlm.Sqlite.Journal;

/// <summary>The scopes of a line as the file has them: a JSON array, which SQLite itself can look into.</summary>
internal static class ScopeList
{
    public static string Write(IReadOnlyList<string> scopes)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var scope in scopes)
            {
                writer.WriteStringValue(scope);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static IReadOnlyList<string> Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(scope => scope.GetString() ?? "")];
    }
}
