namespace SafeLlm.Formats;

/// <summary>Where a request goes: what a wire format needs in order to recognise its own routes.</summary>
/// <param name="Method">The method as sent, case-sensitive.</param>
/// <param name="Authority">Host and, unless it is the scheme's default, port; lower case.</param>
/// <param name="Path">The path as sent, percent-encoding untouched.</param>
/// <param name="Query">The query as sent with its <c>?</c>, or empty.</param>
public readonly record struct RequestTarget(string Method, string Authority, string Path, string Query)
{
    /// <summary>The target of a request that <see cref="HttpClient"/> is about to send.</summary>
    public static RequestTarget From(HttpMethod method, Uri uri) =>
        new(method.Method, uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}", uri.AbsolutePath, uri.Query);
}
