using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>The parts of a request target as they arrived, percent-encoding untouched (RFC 9112 §3.2, RFC 9421 §2.2).</summary>
/// <param name="Authority">The authority inside an absolute-form target; null for origin-form.</param>
/// <param name="Path">The path; <c>/</c> where it is empty.</param>
/// <param name="Query">The query with its <c>?</c>, or empty.</param>
internal readonly record struct PublicTarget(string? Authority, string Path, string Query)
{
    /// <summary>Splits a raw target; null for asterisk-form and authority-form, which name no resource.</summary>
    public static PublicTarget? Split(string rawTarget)
    {
        if (rawTarget.StartsWith('/')) return SplitPath(null, rawTarget);

        var scheme = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return null;
        var rest = rawTarget.AsSpan(scheme + 3);
        var end = rest.IndexOfAny('/', '?');
        var authority = (end < 0 ? rest : rest[..end]).ToString();
        return authority.Length == 0 ? null : SplitPath(authority, end < 0 ? "/" : rest[end..].ToString());
    }

    /// <summary>
    /// Whether a segment is <c>.</c> or <c>..</c>, written plainly or encoded: routing would resolve it, and the endpoint would be
    /// another than the one that was read and priced.
    /// </summary>
    public bool HasDotSegments
    {
        get
        {
            // Nearly every path has neither, and is looked at once.
            if (!Path.AsSpan().ContainsAny('.', '%')) return false;
            foreach (var range in Path.AsSpan().Split('/'))
            {
                var segment = Path.AsSpan()[range];
                if (segment.Length is 0 or > 6) continue;
                var plain = segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
                if (plain is "." or "..") return true;
            }

            return false;
        }
    }

    /// <summary>
    /// Whether a letter, a digit or another character that needs it nowhere is percent-encoded, or a segment is empty. Proxies and providers
    /// decode the one and may merge the other (RFC 3986 §6.2.2.2), and would answer another path than the one that was read and priced.
    /// </summary>
    public bool IsWrittenOtherwise
    {
        get
        {
            if (Path.Contains("//", StringComparison.Ordinal)) return true;
            for (var at = Path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = Path.IndexOf('%', at + 1))
            {
                if (at + 2 < Path.Length && byte.TryParse(Path.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)
                    && (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '-' or '.' or '_' or '~'))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static PublicTarget SplitPath(string? authority, string pathAndQuery)
    {
        var query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return new PublicTarget(authority, pathAndQuery, "");
        return new PublicTarget(authority, query == 0 ? "/" : pathAndQuery[..query], pathAndQuery[query..]);
    }
}
