using System.Buffers;

namespace SafeLlm.Signing.StructuredFields;

/// <summary>The character classes of RFC 9651 §3, shared by reader and writer.</summary>
internal static class FieldCharacters
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Marks = "!#$%&'*+-.^_`|~";

    public static readonly SearchValues<char> Key = SearchValues.Create(Lower + Digits + "_-.*");
    public static readonly SearchValues<char> Token = SearchValues.Create(Lower + Upper + Digits + Marks + ":/");
    public static readonly SearchValues<char> Base64 = SearchValues.Create(Upper + Lower + Digits + "+/=");

    /// <summary>What a string holds without an escape: printable ASCII but the quote and the backslash.</summary>
    public static readonly SearchValues<char> PlainString = SearchValues.Create(
        new string([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not ('"' or '\\'))]));

    /// <summary>A header's name as a component identifier has it: a token (RFC 9110 §5.6.2) in lower case (RFC 9421 §2.1).</summary>
    public static readonly SearchValues<char> LowerCaseFieldName = SearchValues.Create(Lower + Digits + Marks);

    public static bool StartsKey(char c) => c is (>= 'a' and <= 'z') or '*';

    public static bool StartsToken(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '*';

    /// <summary>
    /// Whether the text is base64 in its one canonical spelling: padded, and no bits set that decode to nothing. The BCL's
    /// decoder ignores such bits.
    /// </summary>
    public static bool IsCanonicalBase64(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Base64) || text.Length % 4 != 0) return false;
        var body = text.TrimEnd('=');
        var padding = text.Length - body.Length;
        if (padding > 2 || body.Contains('=')) return false;
        if (padding == 0) return true;
        var last = Base64Value(body[^1]);
        return (last & (padding == 1 ? 0b11 : 0b1111)) == 0;
    }

    private static int Base64Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        _ => 63,
    };
}
