using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Cli.Traffic;

/// <summary>One recorded exchange: a request, and its response where there is one.</summary>
internal sealed class RecordedExchange
{
    private RecordedExchange(string? id, RequestTarget target, byte[] request, ResponseHead head, byte[] response) =>
        (Id, Target, Request, Head, Response) = (id, target, request, head, response);

    public string? Id { get; }

    public RequestTarget Target { get; }

    public byte[] Request { get; }

    public ResponseHead Head { get; }

    public byte[] Response { get; }

    /// <summary>Reads a record. Only <c>method</c> and <c>url</c> must be there.</summary>
    /// <exception cref="BadLineException">A member is missing or has a value of another kind than it takes.</exception>
    public static RecordedExchange Read(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) throw new BadLineException("The line is no JSON object.");
        var method = Text(record, "method") ?? throw new BadLineException("The member 'method' is missing.");
        var url = Text(record, "url") ?? throw new BadLineException("The member 'url' is missing.");
        var response = Bytes(record, "response_body", "response_encoding", out var isText);
        return new(
            Text(record, "id"),
            RequestTarget.Parse(method, url),
            Bytes(record, "request_body", "request_encoding", out _),
            ReadHead(record, response, isText),
            response);
    }

    private static ResponseHead ReadHead(JsonElement record, byte[] response, bool isText)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (record.TryGetProperty("response_headers", out var recorded) && recorded.ValueKind == JsonValueKind.Object)
        {
            try
            {
                foreach (var header in recorded.EnumerateObject()) headers[header.Name] = Value(header.Value);
            }
            catch (InvalidOperationException)
            {
                throw new BadLineException("The member 'response_headers' holds text that is not Unicode.");
            }
        }

        var status = 200;
        if (record.TryGetProperty("status", out var code) && (code.ValueKind != JsonValueKind.Number || !code.TryGetInt32(out status)))
        {
            throw new BadLineException("The member 'status' is no whole number.");
        }

        var type = headers.GetValueOrDefault("content-type")?.Split(';')[0].Trim().ToLowerInvariant();
        var coding = headers.GetValueOrDefault("content-encoding")?.Trim().ToLowerInvariant();
        return new(status, type, ContentCodings.IsCoded(response, coding, isText) ? coding : null, name => headers.GetValueOrDefault(name));
    }

    // Some recorders keep a list of values a header.
    private static string Value(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join(", ", value.EnumerateArray().Select(one => one.ToString()))
        : value.ToString();

    private static byte[] Bytes(JsonElement record, string body, string encoding, out bool isText)
    {
        var name = Text(record, encoding) ?? "utf8";
        isText = name == "utf8";
        if (name is not ("utf8" or "base64")) throw new BadLineException($"The member '{encoding}' is neither 'utf8' nor 'base64'.");
        var text = Text(record, body) ?? "";
        try
        {
            return isText ? Encoding.UTF8.GetBytes(text) : Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new BadLineException($"The member '{body}' is no base64.");
        }
    }

    private static string? Text(JsonElement record, string name)
    {
        if (!record.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw new BadLineException($"The member '{name}' is no string.");
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new BadLineException($"The member '{name}' has half of a surrogate pair: its bytes are not known.");
        }
    }
}
