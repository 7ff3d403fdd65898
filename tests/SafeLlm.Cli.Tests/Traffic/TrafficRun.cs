using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace SafeLlm.Cli.Tests.Traffic;

/// <summary>Runs the traffic commands over files.</summary>
internal static class TrafficRun
{
    /// <summary>Lines in; exit code and lines out.</summary>
    public static async Task<(int Exit, IReadOnlyList<JsonElement> Lines, string Errors)> OfTextAsync(Command command, string input) =>
        await OfBytesAsync(command, Encoding.UTF8.GetBytes(input));

    public static async Task<(int Exit, IReadOnlyList<JsonElement> Lines, string Errors)> OfBytesAsync(Command command, byte[] input)
    {
        var folder = Directory.CreateTempSubdirectory("safellm-traffic-").FullName;
        try
        {
            var from = Path.Combine(folder, "in.jsonl");
            await File.WriteAllBytesAsync(from, input);
            return await OfFileAsync(command, from, Path.Combine(folder, "out.jsonl"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task<(int Exit, IReadOnlyList<JsonElement> Lines, string Errors)> OfFileAsync(Command command, string from, string to)
    {
        using var errors = new StringWriter();
        var exit = await command.Parse(["--in", from, "--out", to]).InvokeAsync(new InvocationConfiguration { Output = TextWriter.Null, Error = errors });
        var lines = File.Exists(to) ? File.ReadLines(to).Select(line => JsonElement.Parse(line)).ToList() : [];
        return (exit, lines, errors.ToString());
    }

    public static string Line(string id, string method, string url, string request, object? more = null)
    {
        var line = new Dictionary<string, object?> { ["id"] = id, ["method"] = method, ["url"] = url, ["request_body"] = request };
        foreach (var (name, value) in more as Dictionary<string, object?> ?? []) line[name] = value;
        return JsonSerializer.Serialize(line);
    }
}
