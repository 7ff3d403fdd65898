using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>Header values of refusals that are the same for many of them: made once a second, or once a host.</summary>
internal sealed class RefusalHeaders
{
    private Made challenge = new("", 0, "");
    private Made date = new("", 0, "");

    /// <summary>The instant as Date has it (RFC 9110 §5.6.7).</summary>
    public string Date(DateTimeOffset now)
    {
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        var known = Volatile.Read(ref date);
        if (known.Second == second) return known.Value;
        var made = new Made("", second, now.ToString("R", CultureInfo.InvariantCulture));
        Volatile.Write(ref date, made);
        return made.Value;
    }

    /// <summary>The challenge of a 401 for a host.</summary>
    public string Challenge(string host)
    {
        var known = Volatile.Read(ref challenge);
        if (string.Equals(known.Host, host, StringComparison.Ordinal)) return known.Value;
        var made = new Made(host, 0, $"SafeLlm-Signature realm=\"{Realm(host)}\", tag=\"safellm-v1\"");
        Volatile.Write(ref challenge, made);
        return made.Value;
    }

    // The host was found in the list of ours, or there is no list; either way it ends no quoted string.
    private static string Realm(string host) =>
        string.Concat(host.Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or ':' or '-' or '[' or ']'));

    private sealed record Made(string Host, long Second, string Value);
}
