using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

/// <summary>An exchange of the recorded traffic.</summary>
internal sealed class Recording(JsonElement record)
{
    private static readonly Lazy<IReadOnlyList<Recording>> Loaded = new(Load);

    public static IReadOnlyList<Recording> All => Loaded.Value;

    public string Id => Text("id");

    public string Wire => Text("wire");

    public string Provider => Text("provider");

    public bool IsStreaming => record.GetProperty("streaming").GetBoolean();

    public RequestTarget Target { get; } = RequestTarget.Parse(record.GetProperty("method").GetString()!, record.GetProperty("url").GetString()!);

    public byte[] Request { get; } = Bytes(record, "request_body", "request_encoding");

    public byte[] Response { get; } = Bytes(record, "response_body", "response_encoding");

    public ResponseHead Head
    {
        get
        {
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var header in record.GetProperty("response_headers").EnumerateObject()) headers[header.Name] = header.Value.ToString();
            // The recorders stored bodies decoded, whatever the header says.
            headers.Remove("content-encoding");
            var type = headers.GetValueOrDefault("content-type")?.Split(';')[0].Trim().ToLowerInvariant();
            return new ResponseHead(record.GetProperty("status").GetInt32(), type, null, name => headers.GetValueOrDefault(name));
        }
    }

    public bool HasUsage => record.GetProperty("usage").ValueKind == JsonValueKind.Object;

    /// <summary>The input that the provider reported; null where it reported none.</summary>
    public long? ReportedInput => HasUsage && record.GetProperty("usage").TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Number ? (long)input.GetDouble() : null;

    /// <summary>The input with what caches served and kept, which some wires report beside it.</summary>
    public long? ReportedTotalInput => ReportedInput is { } input
        ? input + (Wire is "anthropic-messages" or "bedrock-converse" or "bedrock-invoke" ? (Field("cached_input") ?? 0) + (Field("cache_write") ?? 0) : 0)
        : null;

    /// <summary>The usage that was recorded, as text that can be compared.</summary>
    public string Usage => !HasUsage
        ? "none"
        : Describe(Field);

    public static string Describe(TokenUsage? usage) => usage is null ? "none" : Describe(name => name switch
    {
        "input" => usage.Input,
        "output" => usage.Output,
        "cached_input" => usage.CachedInput,
        "cache_write" => usage.CacheWrite,
        "reasoning" => usage.Reasoning,
        _ => usage.Total,
    });

    private long? Field(string name) =>
        HasUsage && record.GetProperty("usage").TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? (long)Math.Ceiling(value.GetDouble()) : null;

    private static string Describe(Func<string, long?> field) => string.Join(' ',
        new[] { "input", "output", "cached_input", "cache_write", "reasoning", "total" }
            .Where(name => field(name) is not null)
            .Select(name => string.Create(CultureInfo.InvariantCulture, $"{name}={field(name)}")));

    private static byte[] Bytes(JsonElement record, string body, string encoding)
    {
        var text = record.GetProperty(body).GetString() ?? "";
        return record.GetProperty(encoding).GetString() == "base64" ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
    }

    private static List<Recording> Load()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedData.Path("data", "traffic", "dev.jsonl.gz")), CompressionMode.Decompress));
        var all = new List<Recording>();
        while (reader.ReadLine() is { } line) all.Add(new Recording(JsonElement.Parse(line)));
        return all;
    }

    private string Text(string name) => record.GetProperty(name).GetString()!;
}
