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
    private static readonly (int Bits, int Factor)[] Widths = [(64, 1), (56, 4), (48, 16)];

    private readonly LockOutTable networks = new(options.LongestWait);
    private readonly LockOutTable keys = new(options.LongestWait);

    /// <summary>Counts a failure. The end of the wait where its network or key was already waiting; null where it is answered as usual.</summary>
    /// <param name="caller">Where it came from; null where the connection has no address.</param>
    /// <param name="now">Now.</param>
    /// <param name="keyId">The key that it names, known or not; null where it names none.</param>
    public DateTimeOffset? Fail(IPAddress? caller, DateTimeOffset now, string? keyId = null)
    {
        DateTimeOffset? until = null;
        if (caller is not null)
        {
            var widths = caller.AddressFamily == AddressFamily.InterNetwork ? Widths.AsSpan(0, 1) : Widths;
            foreach (var (bits, factor) in widths)
            {
                var key = Mix(CallerNetwork.Number(caller, bits) ^ ((ulong)bits << 56) ^ (ulong)caller.AddressFamily);
                until = Later(until, networks.Fail(key, options.FailuresPerMinute * factor, now, out var strikes));
                if (strikes == StrikesToTell) alerted?.Invoke("network:" + CallerNetwork.Name(caller, bits), now);
            }
        }

        if (keyId is not null)
        {
            // The hash of strings is seeded at start: nobody can aim at another's entry.
            until = Later(until, keys.Fail(Mix((uint)keyId.GetHashCode(StringComparison.Ordinal)), options.FailuresPerKeyPerMinute, now, out _));
        }

        return until;
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
