using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Signing;

/// <summary>
/// The compatibility profile seed-v0: <c>X-Signature</c> is the HMAC-SHA256 of the timestamp, a colon and the content as CPython's
/// <c>json.dumps(payload, sort_keys=True)</c> prints it. For clients that cannot change yet. It has no nonce, and signs neither method
/// nor host, path or query: use safellm-v1 wherever you can.
/// </summary>
public static class SeedSignature
{
    internal const string ApiKeyHeader = "x-api-key";
    internal const string TimestampHeader = "x-timestamp";
    internal const string SignatureHeader = "x-signature";

    /// <summary>The profile's name in nonces, vectors and logs.</summary>
    public const string Profile = "seed-v0";

    /// <summary>Signs content.</summary>
    /// <param name="content">A JSON document, in whatever spelling it is sent.</param>
    /// <param name="key">A key made by <see cref="SigningKey.Seed"/>.</param>
    /// <param name="now">The instant of signing.</param>
    /// <exception cref="ArgumentException">The content is no JSON that can be signed; the message says why.</exception>
    public static SeedHeaders Sign(ReadOnlySpan<byte> content, SigningKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        var timestamp = now.ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return TryMac(content, timestamp, key.Material, mac) is { } wrong
            ? throw new ArgumentException($"The content cannot be signed. {wrong.Message}", nameof(content))
            : new SeedHeaders(key.KeyId, timestamp, Convert.ToHexStringLower(mac));
    }

    /// <summary>The content as CPython's <c>json.dumps(payload, sort_keys=True)</c> prints it.</summary>
    /// <exception cref="ArgumentException">The content is no JSON that can be signed; the message says why.</exception>
    public static string Canonical(ReadOnlySpan<byte> content)
    {
        var text = new ArrayBufferWriter<byte>(content.Length + 64);
        return PythonJson.TryWrite(content, text) is { } wrong
            ? throw new ArgumentException($"The content cannot be signed. {wrong.Message}", nameof(content))
            : Encoding.ASCII.GetString(text.WrittenSpan);
    }

    internal static RequestReading.Malformed? TryMac(ReadOnlySpan<byte> content, string timestamp, KeyMaterial key, Span<byte> mac)
    {
        var message = new ArrayBufferWriter<byte>(content.Length + 64);
        message.Write(Encoding.ASCII.GetBytes(timestamp));
        message.Write(":"u8);
        if (PythonJson.TryWrite(content, message) is { } wrong) return wrong;
        key.Sign(message.WrittenSpan, mac);
        return null;
    }
}
