using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.AspNetCore;

/// <summary>The network of an address: whoever has one address of it can have them all.</summary>
internal static class CallerNetwork
{
    private const int IPv4Bits = 24;
    private const int IPv6Bits = 64;

    /// <summary>As in <c>203.0.113.0/24</c>, or <c>2001:db8::/64</c>; <c>local</c> for a connection without an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ipv6Bits">How wide a network of IPv6 is: 64 or less.</param>
    public static string Name(IPAddress? address, int ipv6Bits = IPv6Bits)
    {
        if (address is null) return "local";
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? IPv4Bits : ipv6Bits;
        bytes[(bits / 8)..].Clear();
        return $"{new IPAddress(bytes[..length])}/{bits}";
    }

    /// <summary>The network's number: for IPv6 the first <paramref name="bits"/> of 64, for IPv4 its first 24 whatever they are.</summary>
    public static ulong Number(IPAddress address, int bits = IPv6Bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork) return BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8;
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - bits);
    }
}
