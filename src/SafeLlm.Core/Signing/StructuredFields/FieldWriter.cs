namespace SafeLlm.Signing.StructuredFields;

/// <summary>Writes structured fields in their one canonical form (RFC 9651 §4.1). False where a value has none.</summary>
internal static class FieldWriter
{
    private const long LargestInteger = 999_999_999_999_999;

    public static bool TryWriteInteger(ref AsciiBuffer to, long value)
    {
        if (value is < -LargestInteger or > LargestInteger) return false;
        to.AppendInteger(value);
        return true;
    }

    /// <param name="to">Where to.</param>
    /// <param name="thousandths">The value in thousandths: at most twelve digits before the point.</param>
    public static bool TryWriteDecimal(ref AsciiBuffer to, long thousandths)
    {
        if (thousandths is < -LargestInteger or > LargestInteger) return false;
        if (thousandths < 0) to.Append((byte)'-');
        var (whole, fraction) = Math.DivRem(Math.Abs(thousandths), 1000);
        to.AppendInteger(whole);
        to.Append((byte)'.');
        to.Append((byte)('0' + (fraction / 100)));
        if (fraction % 100 != 0) to.Append((byte)('0' + (fraction / 10 % 10)));
        if (fraction % 10 != 0) to.Append((byte)('0' + (fraction % 10)));
        return true;
    }

    /// <summary>Writes a string from its value, escaping what needs it.</summary>
    public static bool TryWriteString(ref AsciiBuffer to, ReadOnlySpan<char> value)
    {
        if (value.ContainsAnyExceptInRange(' ', '~')) return false;
        to.Append((byte)'"');
        foreach (var c in value)
        {
            if (c is '"' or '\\') to.Append((byte)'\\');
            to.Append((byte)c);
        }

        to.Append((byte)'"');
        return true;
    }

    public static bool TryWriteToken(ref AsciiBuffer to, ReadOnlySpan<char> value) =>
        !value.IsEmpty && FieldCharacters.StartsToken(value[0]) && !value.ContainsAnyExcept(FieldCharacters.Token) && to.TryAppend(value);

    public static bool TryWriteKey(ref AsciiBuffer to, ReadOnlySpan<char> key) =>
        !key.IsEmpty && FieldCharacters.StartsKey(key[0]) && !key.ContainsAnyExcept(FieldCharacters.Key) && to.TryAppend(key);

    /// <summary>Writes what a reader read. Only the spelling changes, never the value.</summary>
    public static bool TryWriteItem(ref AsciiBuffer to, BareItem item)
    {
        switch (item.Kind)
        {
            case BareItemKind.Integer:
                return TryWriteInteger(ref to, item.Number);
            case BareItemKind.Decimal:
                return TryWriteDecimal(ref to, item.Number);
            case BareItemKind.String:
                // Both escapes are mandatory where they stand and stand nowhere else: the text is its own canonical form.
                return TryWriteDelimited(ref to, "\""u8, item.Text, "\""u8);
            case BareItemKind.Token:
                return TryWriteToken(ref to, item.Text);
            case BareItemKind.ByteSequence:
                return TryWriteDelimited(ref to, ":"u8, item.Text, ":"u8);
            case BareItemKind.Boolean:
                to.Append(item.Number == 0 ? "?0"u8 : "?1"u8);
                return true;
            case BareItemKind.Date:
                to.Append((byte)'@');
                return TryWriteInteger(ref to, item.Number);
            case BareItemKind.DisplayString:
                WriteDisplayString(ref to, DisplayString.Decode(item.Text));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a parameter or the value of a dictionary's member; true stands bare.</summary>
    public static bool TryWriteParameter(ref AsciiBuffer to, ReadOnlySpan<char> key, BareItem value)
    {
        to.Append((byte)';');
        if (!TryWriteKey(ref to, key)) return false;
        if (value is { Kind: BareItemKind.Boolean, Number: 1 }) return true;
        to.Append((byte)'=');
        return TryWriteItem(ref to, value);
    }

    private static bool TryWriteDelimited(ref AsciiBuffer to, ReadOnlySpan<byte> open, ReadOnlySpan<char> text, ReadOnlySpan<byte> close)
    {
        to.Append(open);
        if (!to.TryAppend(text)) return false;
        to.Append(close);
        return true;
    }

    private static void WriteDisplayString(ref AsciiBuffer to, ReadOnlySpan<byte> utf8)
    {
        to.Append("%\""u8);
        Span<byte> hex = stackalloc byte[2];
        foreach (var b in utf8)
        {
            if (b is >= 0x20 and <= 0x7e and not ((byte)'%' or (byte)'"'))
            {
                to.Append(b);
                continue;
            }

            to.Append((byte)'%');
            _ = Convert.TryToHexStringLower([b], hex, out _);
            to.Append(hex);
        }

        to.Append((byte)'"');
    }
}
