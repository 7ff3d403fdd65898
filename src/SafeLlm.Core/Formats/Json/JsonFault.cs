using System.Globalization;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>The sentences of a refused document. They name members and limits, never content.</summary>
internal static class JsonFault
{
    // A member's name is written by the sender; what is longer than any name we know would be content.
    private const int LongestNameShown = 64;

    public static RequestReading.Malformed Empty() =>
        new(RefusalCode.JsonInvalid, "The request has no content where a JSON object is expected.");

    public static RequestReading.Malformed ByteOrderMark() =>
        new(RefusalCode.JsonInvalid, "The content begins with a byte order mark. Send UTF-8 without one.");

    public static RequestReading.Malformed NotUtf8() =>
        new(RefusalCode.JsonInvalid, "The content is not valid UTF-8. Send JSON as UTF-8.");

    public static RequestReading.Malformed LoneSurrogate() =>
        new(RefusalCode.JsonInvalid, "The content has a \\u escape that is half of a surrogate pair. Send both halves or neither.");

    public static RequestReading.Malformed NoObject() =>
        new(RefusalCode.JsonInvalid, "The content is no JSON object. Send one object.");

    public static RequestReading.Malformed Invalid(long position) =>
        new(RefusalCode.JsonInvalid, string.Create(CultureInfo.InvariantCulture, $"The content is not one valid JSON document: it cannot be read at byte {position}."));

    public static RequestReading.Malformed Overflow() =>
        new(RefusalCode.JsonInvalid, "The content has a number that is too large for any reader to hold.");

    public static RequestReading.Malformed Depth() =>
        new(RefusalCode.JsonDepth, string.Create(CultureInfo.InvariantCulture, $"The content is nested deeper than the {StrictJson.MaxDepth} levels allowed."));

    public static RequestReading.Malformed Duplicate(ReadOnlySpan<byte> name)
    {
        var shown = Shown(name);
        return new(RefusalCode.JsonDuplicateKey, $"An object has the member '{shown}' twice. Send each member once.", shown);
    }

    public static RequestReading.Malformed OtherCase(string known) =>
        new(RefusalCode.JsonDuplicateKey, $"An object has a member that differs from '{known}' only in case. Write it '{known}'.", known);

    public static RequestReading.Malformed SaidTwice(string member, string other) =>
        new(RefusalCode.JsonDuplicateKey, $"An object has '{member}' and '{other}', which mean the same. Send one of them.", member);

    public static RequestReading.Malformed NotWhole(string member, long least) =>
        new(RefusalCode.MemberInvalid, string.Create(CultureInfo.InvariantCulture, $"'{member}' must be a whole number from {least} to {long.MaxValue}, written in digits only."), member);

    public static RequestReading.Malformed TooMany(string member, int most) =>
        new(RefusalCode.MemberInvalid, string.Create(CultureInfo.InvariantCulture, $"'{member}' must be a whole number from 1 to {most}."), member);

    public static RequestReading.Malformed NotBoolean(string member) =>
        new(RefusalCode.MemberInvalid, $"'{member}' must be true, false or null.", member);

    public static RequestReading.Malformed NotText(string member) =>
        new(RefusalCode.MemberInvalid, $"'{member}' must be a string.", member);

    public static RequestReading.Malformed WrongKind(string member) =>
        new(RefusalCode.MemberInvalid, $"'{member}' has a value of a kind that it does not take.", member);

    private static string Shown(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name.Length > LongestNameShown ? name[..LongestNameShown] : name);
        var safe = new StringBuilder(text.Length);
        foreach (var c in text) safe.Append(char.IsControl(c) ? '?' : c);
        return safe.ToString();
    }
}
