using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>Where a request goes: what a wire format needs in order to recognise its own routes.</summary>
/// <param name="Method">The method as sent, case-sensitive.</param>
/// <param name="Authority">Host and, unless it is the scheme's default, port; lower case.</param>
/// <param name="Path">The path as sent, percent-encoding untouched.</param>
/// <param name="Query">The query as sent with its <c>?</c>, or empty.</param>
public readonly record struct RequestTarget(string Method, string Authority, string Path, string Query)
{
    /// <summary>The target of a request that <see cref="HttpClient"/> is about to send.</summary>
    public static RequestTarget From(HttpMethod method, Uri uri)
    {
        // An address of version 6 stands in brackets (RFC 3986, section 3.2.2), which IdnHost leaves out.
        var host = uri.HostNameType == UriHostNameType.IPv6 && uri.IdnHost[0] != '[' ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return new(method.Method, uri.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}"), uri.AbsolutePath, uri.Query);
    }

    /// <summary>
    /// The target of a request whose URL is text, as in a recording: the path stays as it was written, and the host may be
    /// masked in a way that no <see cref="Uri"/> takes.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="url">An absolute URL, or a path.</param>
    public static RequestTarget Parse(string method, string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? url.AsSpan() : url.AsSpan(scheme + 3);
        if (rest.IndexOf('#') is >= 0 and var fragment) rest = rest[..fragment];
        var end = rest.IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? default : rest[end..];
        var question = path.IndexOf('?');
        var query = question < 0 ? default : path[question..];
        if (question >= 0) path = path[..question];
        return new(method, authority.ToString().ToLowerInvariant(), path.IsEmpty ? "/" : path.ToString(), query.ToString());
    }
}
