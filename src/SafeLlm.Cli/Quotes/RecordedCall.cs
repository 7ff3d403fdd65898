using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Cli.Quotes;

/// <summary>One line of recorded traffic: the request that was sent, and where to.</summary>
/// <param name="Id">The record's id; null where it has none.</param>
/// <param name="Target">Where the request went.</param>
/// <param name="Body">What it held.</param>
internal sealed record RecordedCall(string? Id, RequestTarget Target, byte[] Body)
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no record: the message says what is missing.</exception>
    public static RecordedCall Parse(string line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The line is no JSON (byte {broken.BytePositionInLine}).", broken);
        }

        using (document)
        {
            var record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object) throw new FormatException("The line is no JSON object.");
            var id = Text(record, "id");
            var url = Text(record, "url") ?? throw new FormatException("The record has no url.");
            return new RecordedCall(id, TargetOf(Text(record, "method") ?? "POST", url), BodyOf(record));
        }
    }

    private static byte[] BodyOf(JsonElement record)
    {
        var body = Text(record, "request_body") ?? "";
        if (Text(record, "request_encoding") != "base64") return Encoding.UTF8.GetBytes(body);
        try
        {
            return Convert.FromBase64String(body);
        }
        catch (FormatException broken)
        {
            throw new FormatException("The record's request_body is no base64, as its request_encoding says.", broken);
        }
    }

    // Recorders mask hosts as <NAME>, which is no URI.
    private static RequestTarget TargetOf(string method, string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? url : url[(scheme + 3)..];
        var fragment = rest.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) rest = rest[..fragment];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var path = slash < 0 ? "/" : rest[slash..];
        var question = path.IndexOf('?', StringComparison.Ordinal);
        return new RequestTarget(
            method,
            (slash < 0 ? rest : rest[..slash]).ToLowerInvariant(),
            question < 0 ? path : path[..question],
            question < 0 ? "" : path[question..]);
    }

    private static string? Text(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
