using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>Finds the bytes of one signature in the Signature header by its label.</summary>
internal static class SignatureReader
{
    /// <summary>The longest signature of any algorithm we know, with room to tell "too long" from "unreadable".</summary>
    public const int MaxSignatureLength = 128;

    public static SignatureReason TryFind(string text, ReadOnlySpan<char> label, Span<byte> signature, out int length, out string? detail)
    {
        length = 0;
        var found = false;
        Span<TextRange> labels = stackalloc TextRange[SigningProfile.MaxMembers];
        var members = 0;
        var reader = new FieldReader(text);
        while (true)
        {
            var step = reader.NextMember(out var key, out var isInnerList, out var item);
            if (step == FieldStep.End) break;
            if (step == FieldStep.Malformed || isInnerList || members == SigningProfile.MaxMembers) return Malformed(out detail);
            var range = new TextRange(reader.KeyEnd - key.Length, key.Length);
            for (var i = 0; i < members; i++)
            {
                if (!labels[i].Of(text).SequenceEqual(key)) continue;
                detail = "A label stands twice in Signature (RFC 9421 section 4.2).";
                return SignatureReason.SignatureAmbiguous;
            }

            labels[members++] = range;
            var ours = key.SequenceEqual(label);
            if (ours)
            {
                if (!item.TryDecodeBytes(signature, out length)) return Malformed(out detail);
                found = true;
            }

            while ((step = reader.NextParameter(out _, out _)) == FieldStep.Next)
            {
                if (ours) return Malformed(out detail);
            }

            if (step == FieldStep.Malformed) return Malformed(out detail);
        }

        detail = found ? null : "Signature has no member with the label that Signature-Input gives our signature.";
        return found ? SignatureReason.None : SignatureReason.SignatureMalformed;
    }

    private static SignatureReason Malformed(out string detail)
    {
        detail = "Signature cannot be read: it is a dictionary of byte sequences in padded base64 (RFC 9421 section 4.2).";
        return SignatureReason.SignatureMalformed;
    }
}
