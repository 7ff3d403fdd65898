using SafeLlm.Signing;

namespace SafeLlm.Tests.Fakes;

/// <summary>A request as it arrived, to be verified.</summary>
internal sealed class ReceivedSignable(Received request) : ISignableRequest
{
    public string Method { get; init; } = request.Method;

    public string Scheme => request.Uri.Scheme;

    public string Authority => request.Uri.IdnHost;

    public string Path => request.Uri.AbsolutePath;

    public string Query => request.Uri.Query is { Length: > 0 } query ? query : "?";

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => request.Headers.Keys.Select(name => name.ToLowerInvariant());

    public IReadOnlyList<string> Header(string name) => request.Headers.TryGetValue(name, out var values) ? values : [];
}
