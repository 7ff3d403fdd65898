using System.Collections.Frozen;

namespace SafeLlm.AspNetCore;

/// <summary>The hosts that clients may sign for.</summary>
internal sealed class AuthorityList
{
    private const string AnyPort = ":*";

    private readonly FrozenSet<string> exact;
    private readonly FrozenSet<string> hosts;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> hostsByText;

    public AuthorityList(IEnumerable<string> authorities)
    {
        var all = authorities.Select(authority => authority.ToLowerInvariant()).ToList();
        exact = all.Where(authority => !authority.EndsWith(AnyPort, StringComparison.Ordinal)).SelectMany(Spellings).ToFrozenSet(StringComparer.Ordinal);
        hosts = all.Where(authority => authority.EndsWith(AnyPort, StringComparison.Ordinal)).Select(authority => authority[..^AnyPort.Length]).ToFrozenSet(StringComparer.Ordinal);
        hostsByText = hosts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    // Requests come without their scheme's default port; which scheme an entry is meant for, it does not say.
    private static string[] Spellings(string authority) =>
        authority.EndsWith(":443", StringComparison.Ordinal) || authority.EndsWith(":80", StringComparison.Ordinal) ? [authority, authority[..authority.LastIndexOf(':')]] : [authority];

    public static bool IsWellFormed(string authority)
    {
        var text = authority.EndsWith(AnyPort, StringComparison.Ordinal) ? authority[..^AnyPort.Length] : authority;
        return text.Length > 0
            && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri)
            && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
            && !text.AsSpan().ContainsAny("/?#@ ");
    }

    /// <param name="authority">Lower case, without the scheme's default port.</param>
    public bool Contains(string authority)
    {
        if (exact.Contains(authority)) return true;
        if (hosts.Count == 0) return false;
        // The last colon outside the brackets of an IPv6 address starts the port.
        var colon = authority.LastIndexOf(':');
        var host = colon > authority.LastIndexOf(']') ? authority.AsSpan(0, colon) : authority;
        return hostsByText.Contains(host);
    }
}
