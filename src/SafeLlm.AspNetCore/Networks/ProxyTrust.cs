using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Finds the address that a client used, behind proxies that are listed. X-Forwarded-* from anybody else is as if it were not
/// there: whoever may write it chooses what is verified and who is counted.
/// </summary>
internal sealed class ProxyTrust(SafeLlmVerifierOptions options)
{
    private readonly IPNetwork[] known = [.. options.KnownProxies.Select(Parse).OfType<IPNetwork>()];

    /// <summary>A single address or a network in CIDR form; null where the text is neither.</summary>
    public static IPNetwork? Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(Plain(address), Plain(address).AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        return IPNetwork.TryParse(text, out var network) ? network : null;
    }

    public Refusal? TryFind(HttpContext context, out PublicAddress address)
    {
        var request = context.Request;
        var peer = context.Connection.RemoteIpAddress is { } remote ? Plain(remote) : null;
        address = new PublicAddress(options.PublicScheme ?? request.Scheme.ToLowerInvariant(), request.Host.Value ?? "", options.PublicPathPrefix, peer);
        if (known.Length == 0 || peer is null || !Trusts(peer)) return null;

        if (!TryWalk(request.Headers["X-Forwarded-For"], peer, out var caller, out var hops)) return Wrong("X-Forwarded-For");
        if (!TryTake(request.Headers["X-Forwarded-Host"], hops, out var host)) return Wrong("X-Forwarded-Host");
        if (!TryTake(request.Headers["X-Forwarded-Proto"], hops, out var scheme) || scheme is not (null or "http" or "https")) return Wrong("X-Forwarded-Proto");
        if (!TryTake(request.Headers["X-Forwarded-Prefix"], hops, out var prefix) || prefix is not null && !prefix.StartsWith('/')) return Wrong("X-Forwarded-Prefix");
        address = new PublicAddress(scheme ?? address.Scheme, host ?? address.Host, address.PathPrefix ?? prefix?.TrimEnd('/'), caller);
        return null;
    }

    private bool Trusts(IPAddress peer) => Array.Exists(known, network => network.Contains(peer));

    // From the nearest proxy outwards, as long as each is one of ours: what a proxy that is not ours says of its own peer counts no more.
    private bool TryWalk(StringValues lines, IPAddress peer, out IPAddress caller, out int hops)
    {
        var values = Values(lines);
        caller = peer;
        hops = 0;
        while (hops < options.ForwardLimit && hops < values.Count && Trusts(caller))
        {
            if (!IPEndPoint.TryParse(values[^(hops + 1)], out var next)) return false;
            caller = Plain(next.Address);
            hops++;
        }

        return true;
    }

    // More values than proxies that may write one: the rest came from the caller.
    private bool TryTake(StringValues lines, int hops, out string? value)
    {
        var values = Values(lines);
        value = values.Count == 0 ? null : values[Math.Max(0, values.Count - Math.Max(1, hops))];
        return values.Count <= options.ForwardLimit;
    }

    private static List<string> Values(StringValues lines) =>
        [.. lines.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static Refusal Wrong(string header) =>
        new(RefusalCode.WrongAuthority, $"The header {header} has a value that cannot be read, or more values than there are proxies.") { Field = header };
}
