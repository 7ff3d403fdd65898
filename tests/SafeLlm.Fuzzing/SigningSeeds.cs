using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafeLlm.Fuzzing;

/// <summary>The first corpus of what signatures are made of: the working group's fields, the public vectors' headers, CPython's documents.</summary>
internal static class SigningSeeds
{
    private const int Largest = 2048;

    public static void Write(string target, string data, string folder)
    {
        Directory.CreateDirectory(folder);
        var number = 0;
        foreach (var seed in Make(target, data).Where(seed => seed.Length is > 1 and < Largest).DistinctBy(Convert.ToHexString))
        {
            File.WriteAllBytes(Path.Combine(folder, (++number).ToString("D4", CultureInfo.InvariantCulture)), seed);
        }

        Console.WriteLine($"{number} seeds in {folder}");
    }

    private static IEnumerable<byte[]> Make(string target, string data) => target switch
    {
        "fields" => Directory.EnumerateFiles(Path.Combine(data, "structured-fields"), "*.json").Where(file => !file.Contains("generated", StringComparison.Ordinal)).SelectMany(Fields),
        "headers" => Read(Path.Combine(data, "signing", "public.json")).GetProperty("vectors").EnumerateArray().Select(Headers),
        _ => Read(Path.Combine(data, "signing", "seed_python_vectors.json")).GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("body_requests_b64").GetBytesFromBase64()),
    };

    private static IEnumerable<byte[]> Fields(string file)
    {
        foreach (var one in Read(file).EnumerateArray().Where(one => one.TryGetProperty("raw", out _)))
        {
            var kind = one.GetProperty("header_type").GetString() switch { "dictionary" => 0, "list" => 1, _ => 2 };
            yield return [(byte)kind, .. Encoding.Latin1.GetBytes(string.Join(", ", one.GetProperty("raw").EnumerateArray().Select(line => line.GetString())))];
        }
    }

    private static byte[] Headers(JsonElement vector) => Encoding.Latin1.GetBytes(string.Join(
        '\n', vector.GetProperty("request").GetProperty("headers").EnumerateArray().Select(line => $"{line[0].GetString()}:{line[1].GetString()}")));

    private static JsonElement Read(string file) => JsonElement.Parse(File.ReadAllBytes(file));
}
