using System.Net.Http.Headers;
using SafeLlm.Formats;
using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>A message about to be sent, as a signature sees it: the address as .NET sends it, the headers as they go out.</summary>
internal sealed class OutgoingSignable(HttpRequestMessage request, RequestTarget target, bool hasContent) : ISignableRequest
{
    private readonly Uri uri = request.RequestUri!;

    public string Method => target.Method;

    public string Scheme => uri.Scheme;

    // A Host header of the caller's is what goes out as the authority.
    public string Authority => request.Headers.Host is { } host ? WithoutDefaultPort(host.ToLowerInvariant()) : Pipeline.Authority.Of(uri);

    public string Path => target.Path is { Length: > 0 } path ? path : "/";

    public string Query => target.Query is { Length: > 0 } query ? query : "?";

    public bool HasContent => hasContent;

    public IEnumerable<string> HeaderNames => NamesOf(null);

    // Most requests have none that begin so but their media type, which is covered with the content in any case.
    public IEnumerable<string> HeaderNamesOf(string firstLetters)
    {
        var letters = firstLetters.AsSpan();
        return HasOther(request.Headers, letters) || (request.Content is { } content && HasOther(content.Headers, letters)) ? NamesOf(firstLetters) : [];
    }

    // RFC 9421 section 2.2.3.
    private string WithoutDefaultPort(string host)
    {
        var port = uri.Scheme == Uri.UriSchemeHttps ? ":443" : ":80";
        return host.EndsWith(port, StringComparison.Ordinal) ? host[..^port.Length] : host;
    }

    private static bool HasOther(HttpHeaders headers, ReadOnlySpan<char> letters)
    {
        foreach (var header in headers.NonValidated)
        {
            if (IsOf(header.Key, letters) && header.Key != "Content-Type") return true;
        }

        return false;
    }

    private static bool IsOf(string name, ReadOnlySpan<char> letters) => letters.Contains(char.ToLowerInvariant(name[0]));

    private List<string> NamesOf(string? letters)
    {
        List<string> names = [];
        Add(request.Headers);
        if (request.Content is { } content) Add(content.Headers);
        return names;

        void Add(HttpHeaders headers)
        {
            foreach (var header in headers.NonValidated)
            {
                if (letters is null || IsOf(header.Key, letters)) names.Add(header.Key.ToLowerInvariant());
            }
        }
    }

    public IReadOnlyList<string> Header(string name)
    {
        if (request.Headers.NonValidated.TryGetValues(name, out var values)
            || request.Content?.Headers.NonValidated.TryGetValues(name, out values) == true)
        {
            return values.Count == 1 ? [values.ToString()] : [.. values];
        }

        return [];
    }
}
