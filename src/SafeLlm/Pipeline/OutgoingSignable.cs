using SafeLlm.Formats;
using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>A message about to be sent, as a signature sees it: the address as .NET sends it, the headers as they go out.</summary>
internal sealed class OutgoingSignable(HttpRequestMessage request, RequestTarget target, bool hasContent) : ISignableRequest
{
    [ThreadStatic]
    private static List<string>? kept;

    private readonly Uri uri = request.RequestUri!;

    public string Method => request.Method.Method;

    public string Scheme => uri.Scheme;

    // A Host header of the caller's is what goes out as the authority.
    public string Authority => request.Headers.Host?.ToLowerInvariant() ?? Pipeline.Authority.Of(uri);

    public string Path => target.Path is { Length: > 0 } path ? path : "/";

    public string Query => target.Query is { Length: > 0 } query ? query : "?";

    public bool HasContent => hasContent;

    public IEnumerable<string> HeaderNames
    {
        get
        {
            // Read at once by whoever signs, and done with when the next request of this thread is signed.
            var names = kept ??= new List<string>(8);
            names.Clear();
            foreach (var header in request.Headers.NonValidated) names.Add(LowerCase(header.Key));
            if (request.Content is { } content)
            {
                foreach (var header in content.Headers.NonValidated) names.Add(LowerCase(header.Key));
            }

            return names;
        }
    }

    // Most requests have these alone, and they need no string of their own.
    private static string LowerCase(string name) => name switch
    {
        "Content-Type" => "content-type",
        "Content-Length" => "content-length",
        "Authorization" => "authorization",
        "User-Agent" => "user-agent",
        "Accept" => "accept",
        _ => name.ToLowerInvariant(),
    };

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
