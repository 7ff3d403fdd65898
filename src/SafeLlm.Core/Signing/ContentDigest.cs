using System.Security.Cryptography;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>The Content-Digest header (RFC 9530), with the profile's rules: at least one known algorithm, every known one right.</summary>
internal static class ContentDigest
{
    private const int MaxMembers = 16;

    /// <summary>Appends the header's value for this content: sha-256 alone.</summary>
    public static void Append(ref AsciiBuffer to, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = Sha256.Hash(content, hash);
        to.Append("sha-256=:"u8);
        to.AppendBase64(hash);
        to.Append((byte)':');
    }

    /// <summary>Compares content with what the header says of it.</summary>
    /// <param name="lines">The header's lines. More than one is refused.</param>
    /// <param name="content">The bytes as sent: after Transfer-Encoding, before Content-Encoding is undone.</param>
    /// <param name="detail">What is wrong, for the caller.</param>
    public static SignatureReason Verify(IReadOnlyList<string> lines, ReadOnlySpan<byte> content, out string? detail)
    {
        detail = "Content-Digest cannot be read: it is one line, a dictionary of byte sequences such as sha-256=:…:, with no algorithm twice.";
        if (lines.Count != 1 || lines[0].Length > SigningProfile.MaxHeaderCharacters) return SignatureReason.DigestMalformed;
        var reader = new FieldReader(lines[0]);
        var known = Algorithms.None;
        var members = 0;
        var matches = true;
        Span<TextRange> keys = stackalloc TextRange[MaxMembers];
        while (true)
        {
            var step = reader.NextMember(out var key, out var isInnerList, out var item);
            if (step == FieldStep.End) break;
            if (step == FieldStep.Malformed || isInnerList || item.Kind != BareItemKind.ByteSequence || members == MaxMembers)
            {
                return SignatureReason.DigestMalformed;
            }

            var keyRange = new TextRange(reader.KeyEnd - key.Length, key.Length);
            while ((step = reader.NextParameter(out _, out _)) == FieldStep.Next)
            {
                // Parameters mean nothing here; reading them is what keeps the grammar strict.
            }

            if (step == FieldStep.Malformed) return SignatureReason.DigestMalformed;

            for (var i = 0; i < members; i++)
            {
                if (keys[i].Of(lines[0]).SequenceEqual(key)) return SignatureReason.DigestMalformed;
            }

            keys[members++] = keyRange;
            var algorithm = key switch
            {
                "sha-256" => Algorithms.Sha256,
                "sha-512" => Algorithms.Sha512,
                _ => Algorithms.None,
            };
            known |= algorithm;
            if (algorithm != Algorithms.None) matches &= Matches(algorithm, item, content);
        }

        if (members == 0) return SignatureReason.DigestMalformed;
        if (known == Algorithms.None)
        {
            detail = "Content-Digest names no algorithm that is accepted here: sha-256 or sha-512.";
            return SignatureReason.DigestUnsupported;
        }

        detail = matches ? null : "The content is not what Content-Digest says. Every digest of a known algorithm must match.";
        return matches ? SignatureReason.None : SignatureReason.DigestMismatch;
    }

    private static bool Matches(Algorithms algorithm, BareItem item, ReadOnlySpan<byte> content)
    {
        Span<byte> expected = stackalloc byte[SHA512.HashSizeInBytes];
        var length = algorithm == Algorithms.Sha256 ? Sha256.Hash(content, expected) : SHA512.HashData(content, expected);
        Span<byte> actual = stackalloc byte[SHA512.HashSizeInBytes];
        return item.TryDecodeBytes(actual, out var decoded)
            && CryptographicOperations.FixedTimeEquals(expected[..length], actual[..decoded]);
    }

    [Flags]
    private enum Algorithms
    {
        None = 0,
        Sha256 = 1,
        Sha512 = 2,
    }
}
