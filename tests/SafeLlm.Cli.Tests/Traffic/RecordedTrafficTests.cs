using System.IO.Compression;
using System.Text.Json;
using SafeLlm.Cli.Traffic;
using SafeLlm.Tests;

namespace SafeLlm.Cli.Tests.Traffic;

/// <summary>The figures of the commands over real exchanges: every format, and at least 99.5 % of the usage.</summary>
public sealed class RecordedTrafficTests : IDisposable
{
    private static readonly string[] Unnamed = ["rerank", "cohere-v1-rerank", "cohere-v2-rerank", "replicate", "gemini-interactions"];
    private static readonly string[] Fields = ["input", "output", "cached_input", "cache_write", "reasoning", "total"];

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-traffic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Inspect_OfEveryRecording_GivesTheRecordedFormat()
    {
        var (exit, lines, _) = await TrafficRun.OfFileAsync(InspectCommand.Create(), SharedData.Path("data", "traffic", "dev.jsonl.gz"), Path.Combine(folder, "out"));

        Assert.Equal(0, exit);
        Assert.Equal(
            Records().Select(record => $"{Text(record, "id")} {(Unnamed.Contains(Text(record, "wire")) ? "unknown" : Text(record, "wire"))}"),
            lines.Select(line => $"{Text(line, "id")} {Text(line, "format")}"));
    }

    [Fact]
    public async Task Usage_OfRecordings_IsTheRecordedInNearlyAll_AndNeverInvented()
    {
        var (exit, lines, _) = await TrafficRun.OfFileAsync(UsageCommand.Create(), SharedData.Path("data", "traffic", "dev.jsonl.gz"), Path.Combine(folder, "out"));

        Assert.Equal(0, exit);
        var pairs = Records().Zip(lines).Where(pair => !Unnamed.Contains(Text(pair.First, "wire"))).ToList();
        var (with, without) = (pairs.Where(pair => Describe(pair.First) != "none").ToList(), pairs.Where(pair => Describe(pair.First) == "none").ToList());
        Assert.NotEmpty(without);
        Assert.All(without, pair => Assert.Equal("none", Describe(pair.Second)));
        Assert.InRange(with.Count(pair => Describe(pair.First) == Describe(pair.Second)) / (double)with.Count, 0.995, 1);
    }

    private static IEnumerable<JsonElement> Records()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedData.Path("data", "traffic", "dev.jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return JsonElement.Parse(line);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static string Describe(JsonElement line)
    {
        var usage = line.GetProperty("usage");
        return usage.ValueKind == JsonValueKind.Null ? "none" : string.Join(' ', Fields.Select(field => usage.TryGetProperty(field, out var value) ? value.GetRawText() : "null"));
    }
}
