using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SafeLlm.Signing;
using Known = Microsoft.Net.Http.Headers.HeaderNames;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The request as its signature sees it: the raw target and never <see cref="HttpRequest.Path"/>, which is decoded and could not
/// be encoded again as it was.
/// </summary>
internal sealed class SignableHttpRequest(HttpContext context, in PublicTarget target, string scheme, string authority, string? pathPrefix) : ISignableRequest
{
    // Servers give these names in the case of their specification; making them lower for each request would be most of this type's work.
    private static readonly FrozenDictionary<string, string> LowerNames = new[]
    {
        Known.Host, Known.UserAgent, Known.Accept, Known.AcceptEncoding, Known.AcceptLanguage, Known.Authorization,
        Known.CacheControl, Known.Connection, Known.ContentEncoding, Known.ContentLength, Known.ContentType, Known.Cookie,
        Known.Date, Known.Expect, Known.Origin, Known.Referer, Known.TE, Known.TransferEncoding, Known.TraceParent,
        Known.Via, "Content-Digest", "Idempotency-Key", "Signature", "Signature-Input", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    }.ToFrozenDictionary(name => name, name => name.ToLowerInvariant(), StringComparer.Ordinal);

    private readonly IHeaderDictionary headers = context.Request.Headers;
    private string[]? digest;
    private string[]? input;
    private string[]? type;

    public string Method { get; } = context.Request.Method;

    public string Scheme => scheme;

    public string Authority => authority;

    public string Path { get; } = pathPrefix is null ? target.Path : pathPrefix + target.Path;

    public string Query { get; } = target.Query.Length == 0 ? "?" : target.Query;

    public bool HasQuery { get; } = target.Query.Length > 0;

    // Where the server cannot tell, content is taken to follow: then it must be covered.
    public bool HasContent { get; } = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? context.Request.ContentLength is not 0;

    public IEnumerable<string> HeaderNames
    {
        get
        {
            foreach (var header in headers)
            {
                var name = header.Key;
                // HTTP/2's own pseudo-headers are derived components, never headers.
                if (!name.StartsWith(':')) yield return LowerNames.TryGetValue(name, out var lower) ? lower : name.ToLowerInvariant();
            }
        }
    }

    public IEnumerable<string> HeaderNamesOf(string firstLetters)
    {
        foreach (var header in headers)
        {
            var name = header.Key;
            if (name.Length > 0 && firstLetters.Contains(char.ToLowerInvariant(name[0]), StringComparison.Ordinal)) yield return LowerNames.TryGetValue(name, out var lower) ? lower : name.ToLowerInvariant();
        }
    }

    public IReadOnlyList<string> Header(string name) => name switch
    {
        // Asked for more than once in each request.
        "content-digest" => digest ??= Lines(name),
        "signature-input" => input ??= Lines(name),
        "content-type" => type ??= Lines(name),
        _ => Lines(name),
    };

    private string[] Lines(string name) => headers.TryGetValue(name, out var lines) ? Lines(lines) : [];

    private static string[] Lines(StringValues lines) => lines.Count switch
    {
        0 => [],
        1 => [lines[0] ?? ""],
        _ => [.. lines.Select(line => line ?? "")],
    };
}
