using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>A message about to be sent, as a signature sees it: the address as .NET sends it, the headers as they go out.</summary>
internal sealed class OutgoingSignable(HttpRequestMessage request, bool hasContent) : ISignableRequest
{
    private readonly Uri uri = request.RequestUri!;

    public string Method => request.Method.Method;

    public string Scheme => uri.Scheme;

    // A Host header of the caller's is what goes out as the authority.
    public string Authority => request.Headers.Host?.ToLowerInvariant() ?? Pipeline.Authority.Of(uri);

    public string Path => uri.AbsolutePath is { Length: > 0 } path ? path : "/";

    public string Query => uri.Query is { Length: > 0 } query ? query : "?";

    public bool HasContent => hasContent;

    public IEnumerable<string> HeaderNames
    {
        get
        {
            foreach (var header in request.Headers.NonValidated) yield return header.Key.ToLowerInvariant();
            if (request.Content is not { } content) yield break;
            foreach (var header in content.Headers.NonValidated) yield return header.Key.ToLowerInvariant();
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
