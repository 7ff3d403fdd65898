namespace SafeLlm.Pipeline;

/// <summary>Host and, unless it is the scheme's default, port, lower case: how signatures and options name a server.</summary>
internal static class Authority
{
    public static string Of(Uri uri)
    {
        var host = uri.IdnHost;
        if (uri.HostNameType == UriHostNameType.IPv6 && host[0] != '[') host = $"[{host}]";
        return uri.IsDefaultPort ? host : FormattableString.Invariant($"{host}:{uri.Port}");
    }

    /// <summary>The same for what a person wrote; null where it is more or less than an authority.</summary>
    public static string? Normalise(string text) =>
        Uri.TryCreate("https://" + text, UriKind.Absolute, out var uri)
        && uri is { AbsolutePath: "/", UserInfo: "", Query: "", Fragment: "" } && !text.EndsWith('/') && uri.Host.Length > 0
            ? Of(uri)
            : null;
}
