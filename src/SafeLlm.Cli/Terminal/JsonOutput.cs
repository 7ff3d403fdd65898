using System.Text;
using System.Text.Json;

namespace SafeLlm.Cli.Terminal;

/// <summary>Writes one JSON value, indented. Control characters are escaped by the format itself.</summary>
internal static class JsonOutput
{
    public static async Task WriteAsync(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            write(writer);
        }

        await output.WriteLineAsync(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }
}
