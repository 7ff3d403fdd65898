using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SafeLlm.Signing;

namespace AgentLoop;

/// <summary>A received request, as its signature sees it.</summary>
internal sealed class SignedPost(HttpRequest request) : ISignableRequest
{
    private readonly string target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;

    public string Method => request.Method;

    public string Scheme => request.Scheme;

    public string Authority => request.Host.Value!.ToLowerInvariant();

    public string Path => target.Split('?')[0];

    public string Query => target.Contains('?', StringComparison.Ordinal) ? target[target.IndexOf('?', StringComparison.Ordinal)..] : "?";

    public bool HasContent => request.ContentLength is not 0;

    public IEnumerable<string> HeaderNames => request.Headers.Keys.Select(name => name.ToLowerInvariant());

    public IReadOnlyList<string> Header(string name) => request.Headers.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];
}
