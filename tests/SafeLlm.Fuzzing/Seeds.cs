using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Fuzzing;

/// <summary>The first corpus: of each wire format, provider and frame the smallest recordings.</summary>
internal static class Seeds
{
    private const int Each = 4;
    private const int Largest = 6 * 1024;

    public static void Write(string target, string recordings, string folder)
    {
        if (target is "fields" or "headers" or "python")
        {
            SigningSeeds.Write(target, Path.Combine(Path.GetDirectoryName(recordings)!, ".."), folder);
            return;
        }

        var seeds = Read(recordings)
            .Select(record => (Kind: Kind(record), Input: Make(target, record)))
            .Where(seed => seed.Input is { Length: > 3 and < Largest })
            .GroupBy(seed => seed.Kind, seed => seed.Input!)
            .SelectMany(group => group.OrderBy(input => input.Length).DistinctBy(input => input.Length / 64).Take(Each))
            .ToList();
        Directory.CreateDirectory(folder);
        var number = 0;
        foreach (var seed in seeds) File.WriteAllBytes(Path.Combine(folder, (++number).ToString("D4", CultureInfo.InvariantCulture)), seed);
        Console.WriteLine($"{number} seeds in {folder}");
    }

    private static byte[]? Make(string target, JsonElement record)
    {
        var route = Routes.IndexOf(RequestTarget.Parse(record.GetProperty("method").GetString()!, record.GetProperty("url").GetString()!));
        if (route is not { } index) return null;
        var response = Bytes(record, "response_body", "response_encoding");
        var isEvents = record.GetProperty("framing").GetString() == "sse";
        return target switch
        {
            "request" => [index, 5, .. Bytes(record, "request_body", "request_encoding")],
            "events" => isEvents ? [index, 7, .. response] : null,
            _ => [index, (byte)(isEvents ? 5 : record.GetProperty("framing").GetString() == "aws-eventstream" ? 10 : 0), 7, .. response],
        };
    }

    private static string Kind(JsonElement record) => string.Join(' ', new[] { "wire", "provider", "framing" }.Select(name => record.GetProperty(name).GetString()));

    private static byte[] Bytes(JsonElement record, string body, string encoding)
    {
        var text = record.GetProperty(body).GetString() ?? "";
        return record.GetProperty(encoding).GetString() == "base64" ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
    }

    private static IEnumerable<JsonElement> Read(string recordings)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(recordings), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return JsonElement.Parse(line);
    }
}
