using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

/// <summary>The vectors of the wire formats: <c>tests/vectors/formats/{name}.json</c>.</summary>
internal static class FormatVectors
{
    public static string Folder { get; } = Path.Combine(Root(), "tests", "vectors", "formats");

    public static IEnumerable<(string Format, JsonElement Vector)> Of(string kind)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            var document = JsonElement.Parse(File.ReadAllBytes(file));
            var format = document.GetProperty("format").GetString()!;
            Assert.Equal(Path.GetFileNameWithoutExtension(file), format);
            if (!document.TryGetProperty(kind, out var vectors)) continue;
            foreach (var vector in vectors.EnumerateArray()) yield return (format, vector);
        }
    }

    public static TheoryData<string, string> Names(string kind)
    {
        var data = new TheoryData<string, string>();
        foreach (var (format, vector) in Of(kind)) data.Add(format, vector.GetProperty("name").GetString()!);
        return data;
    }

    public static JsonElement Find(string kind, string format, string name) =>
        Of(kind).First(entry => entry.Format == format && entry.Vector.GetProperty("name").GetString() == name).Vector;

    public static byte[] Body(JsonElement vector) => vector.TryGetProperty("bodyBase64", out var base64)
        ? base64.GetBytesFromBase64()
        : Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!);

    public static RequestReading Read(JsonElement vector) => WireFormats.Default.Read(
        RequestTarget.Parse(vector.GetProperty("method").GetString()!, vector.GetProperty("url").GetString()!), Body(vector));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SafeLlm.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
