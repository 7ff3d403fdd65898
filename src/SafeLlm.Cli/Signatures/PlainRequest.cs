using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>A request as it is written down. Its URL is taken apart by hand: <see cref="Uri"/> would re-encode what was signed.</summary>
internal sealed class PlainRequest : ISignableRequest
{
    private readonly Dictionary<string, List<string>> headers = new(StringComparer.Ordinal);

    private PlainRequest(string method, string scheme, string authority, string path, string query, bool hasQuery, byte[] content)
    {
        Method = method;
        Scheme = scheme;
        Authority = authority;
        Path = path;
        Query = query;
        HasQuery = hasQuery;
        Content = content;
    }

    public string Method { get; }

    public string Scheme { get; }

    public string Authority { get; }

    public string Path { get; }

    public string Query { get; }

    public bool HasQuery { get; }

    public byte[] Content { get; }

    public bool HasContent => Content.Length > 0;

    public IEnumerable<string> HeaderNames => headers.Keys;

    /// <summary>Null where the URL is none that a request can be sent to.</summary>
    public static PlainRequest? Create(string method, string url, IEnumerable<(string Name, string Value)> lines, byte[] content)
    {
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd <= 0) return null;
        var scheme = url[..schemeEnd].ToLowerInvariant();
        var rest = url[(schemeEnd + 3)..];
        var fragment = rest.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) rest = rest[..fragment];
        var pathAt = rest.AsSpan().IndexOfAny('/', '?');
        var authority = Normal(pathAt < 0 ? rest : rest[..pathAt], scheme);
        if (authority.Length == 0) return null;
        var target = pathAt < 0 ? "/" : rest[pathAt..];
        var queryAt = target.IndexOf('?', StringComparison.Ordinal);
        var path = queryAt switch { < 0 => target, 0 => "/", _ => target[..queryAt] };
        var request = new PlainRequest(method, scheme, authority, path, queryAt < 0 ? "?" : target[queryAt..], queryAt >= 0, content);
        foreach (var (name, value) in lines) request.Add(name, value);
        return request;
    }

    public IReadOnlyList<string> Header(string name) => headers.TryGetValue(name, out var lines) ? lines : [];

    /// <summary>Whether the Host header, if any, is the host of the URL. A server refuses a request that names two.</summary>
    public bool HasOneHost() => Header("host") is not { Count: > 0 } hosts || (hosts.Count == 1 && Normal(hosts[0], Scheme) == Authority);

    private static string Normal(string authority, string scheme)
    {
        var text = authority.Trim().ToLowerInvariant();
        var port = scheme == "https" ? ":443" : ":80";
        return text.EndsWith(port, StringComparison.Ordinal) ? text[..^port.Length] : text;
    }

    private void Add(string name, string value)
    {
        var key = name.ToLowerInvariant();
        if (!headers.TryGetValue(key, out var lines)) headers[key] = lines = [];
        lines.Add(value);
    }
}
