using System.Text;
using SafeLlm.Signing;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Cli.Signatures;

/// <summary>
/// Checks a signature as RFC 9421 alone has it: its base, and whether the key made it. No rule of the profile counts, so that the RFC's
/// own examples, which have neither nonce nor tag, can be checked too.
/// </summary>
internal static class BaseCheck
{
    /// <param name="request">The request.</param>
    /// <param name="label">The member to look at.</param>
    /// <param name="key">The key; null where the base alone is compared.</param>
    /// <param name="expectedBase">The base that it must be; null for any.</param>
    public static Verdict Check(PlainRequest request, string label, SigningKey? key, string? expectedBase)
    {
        var input = string.Join(", ", request.Header("signature-input"));
        var reader = new FieldReader(input);
        var message = new AsciiBuffer(new byte[1024]);
        try
        {
            if (!TryFind(ref reader, label) || !TryWriteBase(ref reader, input, request, ref message)) return Verdict.Of(SignatureReason.SignatureMalformed);
            if (expectedBase is not null && !message.Written.SequenceEqual(Encoding.UTF8.GetBytes(expectedBase))) return Verdict.Reject("signature_base");
            if (key is null) return Verdict.Accept;

            Span<byte> signature = stackalloc byte[SignatureReader.MaxSignatureLength];
            var reason = SignatureReader.TryFind(string.Join(", ", request.Header("signature")), label, signature, out var length, out _);
            if (reason != SignatureReason.None) return Verdict.Of(reason);
            return length == key.Material.SignatureLength && key.Material.Verify(message.Written, signature[..length]) ? Verdict.Accept : Verdict.Of(SignatureReason.SignatureInvalid);
        }
        finally
        {
            message.Dispose();
        }
    }

    private static bool TryFind(ref FieldReader reader, string label)
    {
        while (reader.NextMember(out var found, out var isInnerList, out _) == FieldStep.Next)
        {
            if (!isInnerList) return false;
            if (found.SequenceEqual(label)) return true;
            FieldStep step;
            while ((step = reader.NextInnerItem(out _)) == FieldStep.Next)
            {
                if (!SkipParameters(ref reader)) return false;
            }

            if (step != FieldStep.End || !SkipParameters(ref reader)) return false;
        }

        return false;
    }

    private static bool TryWriteBase(ref FieldReader reader, string input, PlainRequest request, ref AsciiBuffer message)
    {
        var start = reader.Position - 1;
        FieldStep step;
        while ((step = reader.NextInnerItem(out var item)) == FieldStep.Next)
        {
            var position = reader.Position;
            if (item.Kind != BareItemKind.String || !ComponentNames.TryFind(item.Text, out var component)) return false;
            if (SignatureBase.AppendComponent(ref message, request, item.Text, component, out _) != SignatureReason.None) return false;
            // A component with a parameter is another component, and none that is known here.
            if (!SkipParameters(ref reader) || reader.Position != position) return false;
        }

        if (step != FieldStep.End || !SkipParameters(ref reader)) return false;
        message.Append("\"@signature-params\": "u8);
        return InnerListWriter.TryWrite(ref message, input.AsSpan()[start..reader.Position]);
    }

    private static bool SkipParameters(ref FieldReader reader)
    {
        FieldStep step;
        while ((step = reader.NextParameter(out _, out _)) == FieldStep.Next)
        {
            // only its end matters
        }

        return step == FieldStep.End;
    }
}
