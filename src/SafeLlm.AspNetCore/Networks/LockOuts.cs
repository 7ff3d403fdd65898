using System.Net;
using System.Net.Sockets;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Counts signatures that did not verify, by network and by the key that they name, and makes both wait longer and longer. Only failures
/// wait: a good signature from the same network or by the same key still passes, so that nobody can lock another out.
/// </summary>
/// <param name="options">How many failures are let pass.</param>
/// <param name="alerted">Told of each that had to wait for the fourth time in a row; null where nobody wants to know.</param>
internal sealed class LockOuts(SafeLlmLockOutOptions options, Action<string, DateTimeOffset>? alerted = null)
{
    private const int StrikesToTell = 4;

    // Who holds a /48 holds 65,536 networks of /64: the wider the network, the more failures it takes.
    private static readonly (int Bits, int Factor)[] Widths = [(48, 16), (56, 4), (64, 1)];

    private readonly LockOutTable networks = new(options.LongestWait);
    private readonly LockOutTable keys = new(options.LongestWait);

    /// <summary>Whether a key of that name exists; nobody is told of others.</summary>
    public Func<string, bool>? IsKnown { get; set; }

    /// <summary>Called with a network, and until when, each time that it has to wait for longer.</summary>
    public Action<string, DateTimeOffset>? Locked { get; set; }

    /// <summary>Lets a network wait that another process has locked out. One that is written wrong is nobody's.</summary>
    /// <param name="network">As in <c>203.0.113.0/24</c>.</param>
    /// <param name="until">Until when.</param>
    /// <param name="now">Now.</param>
    public void Impose(string network, DateTimeOffset until, DateTimeOffset now)
    {
        if (IPNetwork.TryParse(network, out var parsed)) networks.Impose(KeyOf(parsed.BaseAddress, parsed.PrefixLength), until, now);
    }

    /// <summary>Counts a failure. The end of the wait where its network or key was already waiting; null where it is answered as usual.</summary>
    /// <param name="caller">Where it came from; null where the connection has no address.</param>
    /// <param name="now">Now.</param>
    /// <param name="keyId">The key that it names, known or not; null where it names none.</param>
    public DateTimeOffset? Fail(IPAddress? caller, DateTimeOffset now, string? keyId = null)
    {
        DateTimeOffset? until = null;
        if (caller is not null)
        {
            var widths = caller.AddressFamily == AddressFamily.InterNetwork ? Widths.AsSpan(^1) : Widths;
            foreach (var (bits, factor) in widths)
            {
                until = networks.Fail(KeyOf(caller, bits), options.FailuresPerMinute * factor, now, out var strikes);
                // Where the wider network waits, its parts are not told of one by one.
                if (until is not null) break;
                if (strikes == StrikesToTell) alerted?.Invoke("network:" + CallerNetwork.Name(caller, bits), now);
                if (strikes >= StrikesToTell) Locked?.Invoke("network:" + CallerNetwork.Name(caller, bits), now + networks.WaitAfter(strikes));
            }
        }

        if (keyId is not null)
        {
            // The hash of strings is seeded at start: nobody can aim at another's entry.
            until = Later(until, keys.Fail(Mix((uint)keyId.GetHashCode(StringComparison.Ordinal)), options.FailuresPerKeyPerMinute, now, out var strikes));
            if (strikes == StrikesToTell && IsKnown is { } isKnown && isKnown(keyId)) alerted?.Invoke("key:" + keyId, now);
        }

        return until;
    }

    // IPv4 has one width, whatever it is called.
    private static ulong KeyOf(IPAddress network, int bits)
    {
        var width = network.AddressFamily == AddressFamily.InterNetwork ? Widths[^1].Bits : bits;
        return Mix(CallerNetwork.Number(network, width) ^ ((ulong)width << 56) ^ (ulong)network.AddressFamily);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;

    private static ulong Mix(ulong number)
    {
        var key = number * 0x9E3779B97F4A7C15;
        key ^= key >> 32;
        // 0 marks an empty entry
        return key == 0 ? 1 : key;
    }
}
