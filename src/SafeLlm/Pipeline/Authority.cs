using System.Globalization;

namespace SafeLlm.Pipeline;

/// <summary>Host and, unless it is the scheme's default, port, lower case: how signatures and options name a server.</summary>
internal static class Authority
{
    // Nearly every call goes where the last one went, and its text need not be made anew.
    private static volatile Known? last;

    public static string Of(Uri uri)
    {
        var (host, port) = (uri.IdnHost, uri.IsDefaultPort ? -1 : uri.Port);
        if (last is { } known && known.Port == port && known.Host == host) return known.Text;

        var text = uri.HostNameType == UriHostNameType.IPv6 && host[0] != '[' ? $"[{host}]" : host;
        if (port >= 0) text = string.Create(CultureInfo.InvariantCulture, $"{text}:{port}");
        last = new Known(host, port, text);
        return text;
    }

    /// <summary>The same for what a person wrote; null where it is more or less than an authority.</summary>
    public static string? Normalise(string text) =>
        Uri.TryCreate("https://" + text, UriKind.Absolute, out var uri)
        && uri is { AbsolutePath: "/", UserInfo: "", Query: "", Fragment: "" } && !text.EndsWith('/') && uri.Host.Length > 0
            ? Of(uri)
            : null;

    private sealed record Known(string Host, int Port, string Text);
}
