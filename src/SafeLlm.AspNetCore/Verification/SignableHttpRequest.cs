using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The request as its signature sees it: the raw target and never <see cref="HttpRequest.Path"/>, which is decoded and could not
/// be encoded again as it was.
/// </summary>
internal sealed class SignableHttpRequest(HttpContext context, in PublicTarget target, string scheme, string authority, string? pathPrefix) : ISignableRequest
{
    private readonly HttpRequest request = context.Request;

    public string Method { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>().Method;

    public string Scheme => scheme;

    public string Authority => authority;

    public string Path { get; } = pathPrefix is null ? target.Path : pathPrefix + target.Path;

    public string Query { get; } = target.Query.Length == 0 ? "?" : target.Query;

    // Where the server cannot tell, content is taken to follow: then it must be covered.
    public bool HasContent { get; } = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? context.Request.ContentLength is not 0;

    public IEnumerable<string> HeaderNames
    {
        get
        {
            foreach (var header in request.Headers)
            {
                // HTTP/2's own pseudo-headers are derived components, never headers.
                if (!header.Key.StartsWith(':')) yield return header.Key.ToLowerInvariant();
            }
        }
    }

    public IReadOnlyList<string> Header(string name) =>
        request.Headers.TryGetValue(name, out var lines) && lines.Count > 0 ? Lines(lines) : [];

    private static string[] Lines(StringValues lines) => lines.Count == 1 ? [lines[0] ?? ""] : [.. lines.Select(line => line ?? "")];
}
