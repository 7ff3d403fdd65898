using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>One attempt as it arrived at the double.</summary>
public sealed class ReceivedRequest
{
    private readonly Dictionary<string, string> headers;

    internal ReceivedRequest(int number, DateTimeOffset at, string method, string path, string query, Dictionary<string, string> headers, byte[] body)
    {
        Number = number;
        At = at;
        Method = method;
        Path = path;
        Query = query;
        this.headers = headers;
        Body = body;
    }

    /// <summary>Which one it was, from 1.</summary>
    public int Number { get; }

    /// <summary>When it had arrived whole, by the double's clock.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>The path, with what the base address adds.</summary>
    public string Path { get; }

    /// <summary>The query with its <c>?</c>, or empty.</summary>
    public string Query { get; }

    /// <summary>The content, byte by byte.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The content as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The content as JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The names of all headers.</summary>
    public IReadOnlyCollection<string> HeaderNames => headers.Keys;

    /// <summary>A header's value, lines joined by a comma; null where it is absent. The name's case does not matter.</summary>
    public string? Header(string name) => headers.GetValueOrDefault(name);

    /// <summary>Method, path and size; never headers, which hold keys, or content.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Number} {Method} {Path}, {Body.Length} bytes");
}
