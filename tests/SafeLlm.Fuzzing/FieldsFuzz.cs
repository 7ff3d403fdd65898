using SafeLlm.Signing;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Fuzzing;

/// <summary>
/// Reads a structured field as a dictionary, a list or an item, by the first byte; what can be read must be written in a form that reads
/// the same and is canonical. The rest is the text, a character a byte.
/// </summary>
internal static class FieldsFuzz
{
    public static void Run(byte[] input)
    {
        if (input.Length < 1) return;
        var text = string.Create(input.Length - 1, input, (characters, bytes) =>
        {
            for (var i = 0; i < characters.Length; i++) characters[i] = (char)bytes[i + 1];
        });
        if (Rewrite(text, input[0] % 3) is not { } once) return;
        var twice = Rewrite(once, input[0] % 3);
        FuzzFailedException.Unless(once == twice, $"Written as {once}, and that as {twice ?? "nothing that can be read"}.");
    }

    private static string? Rewrite(string text, int kind)
    {
        var reader = new FieldReader(text);
        var output = new AsciiBuffer(new byte[256]);
        if (kind == 2)
        {
            return reader.TryReadBareItem(out var item) && FieldWriter.TryWriteItem(ref output, item) && TryParameters(ref reader, ref output) && reader.AtEnd ? output.ToString() : null;
        }

        for (var first = true; ; first = false)
        {
            ReadOnlySpan<char> key = default;
            var step = kind == 0 ? reader.NextMember(out key, out var isInnerList, out var item) : reader.NextListMember(out isInnerList, out item);
            if (step == FieldStep.End) return output.ToString();
            if (step == FieldStep.Malformed) return null;
            if (!first) output.Append(", "u8);
            if (kind == 0 && !FieldWriter.TryWriteKey(ref output, key)) return null;
            if (!TryValue(ref reader, ref output, isInnerList, item, hasKey: kind == 0)) return null;
        }
    }

    private static bool TryValue(ref FieldReader reader, ref AsciiBuffer output, bool isInnerList, BareItem item, bool hasKey)
    {
        var isBare = hasKey && !isInnerList && item is { Kind: BareItemKind.Boolean, Number: 1 };
        if (hasKey && !isBare) output.Append((byte)'=');
        if (!isInnerList) return (isBare || FieldWriter.TryWriteItem(ref output, item)) && TryParameters(ref reader, ref output);
        output.Append((byte)'(');
        FieldStep step;
        for (var first = true; (step = reader.NextInnerItem(out var inner)) == FieldStep.Next; first = false)
        {
            if (!first) output.Append((byte)' ');
            if (!FieldWriter.TryWriteItem(ref output, inner) || !TryParameters(ref reader, ref output)) return false;
        }

        output.Append((byte)')');
        return step == FieldStep.End && TryParameters(ref reader, ref output);
    }

    private static bool TryParameters(ref FieldReader reader, ref AsciiBuffer output)
    {
        FieldStep step;
        while ((step = reader.NextParameter(out var key, out var value)) == FieldStep.Next)
        {
            if (!FieldWriter.TryWriteParameter(ref output, key, value)) return false;
        }

        return step == FieldStep.End;
    }
}
