using System.Globalization;
using System.Text;
using System.Text.Json;
using SafeLlm.Signing;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Tests.Signing.StructuredFields;

/// <summary>A whole field as our reader sees it, in a notation that the working group's values can be put into as well.</summary>
internal sealed record FieldValue(string Text, string Canonical)
{
    public static FieldValue? Parse(string raw, string type)
    {
        var reader = new FieldReader(raw);
        switch (type)
        {
            case "item":
                if (!reader.TryReadBareItem(out var item)) return null;
                var (text, canonical) = (Show(item), Write(item));
                return TakeParameters(ref reader, ref text, ref canonical) && reader.AtEnd ? new FieldValue(text, canonical) : null;
            case "list":
                return Members(ref reader, hasKeys: false);
            default:
                return Members(ref reader, hasKeys: true);
        }
    }

    public static string Expected(JsonElement value, string type) => type switch
    {
        "item" => Item(value),
        "list" => string.Join(", ", value.EnumerateArray().Select(Item)),
        _ => string.Join(", ", value.EnumerateArray().Select(member => $"{member[0].GetString()}={Item(member[1])}")),
    };

    /// <summary>Serialises one of the working group's values; null where it has no form.</summary>
    public static string? Write(JsonElement value, string type)
    {
        var buffer = new AsciiBuffer(new byte[64]);
        var written = type switch
        {
            "item" => TryWriteItem(ref buffer, value),
            "list" => TryWriteAll(ref buffer, value, hasKeys: false),
            _ => TryWriteAll(ref buffer, value, hasKeys: true),
        };
        return written ? buffer.ToString() : null;
    }

    private static FieldValue? Members(ref FieldReader reader, bool hasKeys)
    {
        // The last of two members counts, in the place of the first (RFC 9651 §4.2.2).
        var all = new List<(string Key, string Text, string Canonical)>();
        while (true)
        {
            ReadOnlySpan<char> key = default;
            var step = hasKeys ? reader.NextMember(out key, out var isInnerList, out var item) : reader.NextListMember(out isInnerList, out item);
            if (step == FieldStep.End) break;
            if (step == FieldStep.Malformed) return null;
            var name = key.ToString();
            string text, canonical;
            if (isInnerList)
            {
                if (!TakeInnerList(ref reader, out text, out canonical)) return null;
            }
            else
            {
                (text, canonical) = (Show(item), hasKeys && item is { Kind: BareItemKind.Boolean, Number: 1 } ? "" : Write(item));
                if (!TakeParameters(ref reader, ref text, ref canonical)) return null;
            }

            var place = hasKeys ? all.FindIndex(member => member.Key == name) : -1;
            if (place < 0) all.Add((name, text, canonical));
            else all[place] = (name, text, canonical);
        }

        return new FieldValue(
            string.Join(", ", all.Select(member => hasKeys ? $"{member.Key}={member.Text}" : member.Text)),
            string.Join(", ", all.Select(member => !hasKeys ? member.Canonical : member.Canonical is "" or [';', ..] ? member.Key + member.Canonical : $"{member.Key}={member.Canonical}")));
    }

    private static bool TakeInnerList(ref FieldReader reader, out string text, out string canonical)
    {
        var items = new List<(string Text, string Canonical)>();
        (text, canonical) = ("", "");
        FieldStep step;
        while ((step = reader.NextInnerItem(out var item)) == FieldStep.Next)
        {
            var (one, written) = (Show(item), Write(item));
            if (!TakeParameters(ref reader, ref one, ref written)) return false;
            items.Add((one, written));
        }

        text = $"({string.Join(' ', items.Select(item => item.Text))})";
        canonical = $"({string.Join(' ', items.Select(item => item.Canonical))})";
        return step == FieldStep.End && TakeParameters(ref reader, ref text, ref canonical);
    }

    private static bool TakeParameters(ref FieldReader reader, ref string text, ref string canonical)
    {
        var all = new List<(string Key, string Text, string Canonical)>();
        FieldStep step;
        while ((step = reader.NextParameter(out var key, out var value)) == FieldStep.Next)
        {
            var name = key.ToString();
            var buffer = new AsciiBuffer(new byte[64]);
            if (!FieldWriter.TryWriteParameter(ref buffer, key, value)) return false;
            var place = all.FindIndex(parameter => parameter.Key == name);
            if (place < 0) all.Add((name, Show(value), buffer.ToString()));
            else all[place] = (name, Show(value), buffer.ToString());
        }

        text += string.Concat(all.Select(parameter => $";{parameter.Key}={parameter.Text}"));
        canonical += string.Concat(all.Select(parameter => parameter.Canonical));
        return step == FieldStep.End;
    }

    private static string Show(BareItem item)
    {
        switch (item.Kind)
        {
            case BareItemKind.Decimal:
                return $"decimal {item.Number}";
            case BareItemKind.String:
                return $"string {item.Text.ToString().Replace("\\\\", "\0").Replace("\\", "").Replace('\0', '\\')}";
            case BareItemKind.ByteSequence:
                var bytes = new byte[item.Text.Length];
                Assert.True(item.TryDecodeBytes(bytes, out var length));
                return $"bytes {Convert.ToHexString(bytes.AsSpan(0, length))}";
            case BareItemKind.Token:
                return $"token {item.Text}";
            case BareItemKind.DisplayString:
                return $"display {Encoding.UTF8.GetString(DisplayString.Decode(item.Text))}";
            default:
                return $"{item.Kind.ToString().ToLowerInvariant()} {item.Number}";
        }
    }

    private static string Write(BareItem item)
    {
        var buffer = new AsciiBuffer(new byte[64]);
        Assert.True(FieldWriter.TryWriteItem(ref buffer, item));
        return buffer.ToString();
    }

    private static string Item(JsonElement item)
    {
        var bare = item[0].ValueKind == JsonValueKind.Array ? $"({string.Join(' ', item[0].EnumerateArray().Select(Item))})" : Bare(item[0]);
        return bare + string.Concat(item[1].EnumerateArray().Select(parameter => $";{parameter[0].GetString()}={Bare(parameter[1])}"));
    }

    private static string Bare(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => $"decimal {(long)(value.GetDecimal() * 1000)}",
        JsonValueKind.Number => $"integer {value.GetInt64()}",
        JsonValueKind.String => $"string {value.GetString()}",
        JsonValueKind.True => "boolean 1",
        JsonValueKind.False => "boolean 0",
        _ => value.GetProperty("__type").GetString() switch
        {
            "token" => $"token {value.GetProperty("value").GetString()}",
            "binary" => $"bytes {Convert.ToHexString(Base32(value.GetProperty("value").GetString()!))}",
            "date" => $"date {value.GetProperty("value").GetInt64()}",
            var type => $"{type![..7]} {value.GetProperty("value").GetString()}",
        },
    };

    private static bool TryWriteAll(ref AsciiBuffer buffer, JsonElement members, bool hasKeys)
    {
        var first = true;
        foreach (var member in members.EnumerateArray())
        {
            if (!first) buffer.Append(", "u8);
            first = false;
            var value = member;
            if (hasKeys)
            {
                if (!FieldWriter.TryWriteKey(ref buffer, member[0].GetString())) return false;
                value = member[1];
                if (value[0].ValueKind == JsonValueKind.True) continue;
                buffer.Append((byte)'=');
            }

            if (!TryWriteItem(ref buffer, value)) return false;
        }

        return true;
    }

    private static bool TryWriteItem(ref AsciiBuffer buffer, JsonElement item)
    {
        if (!TryWriteBare(ref buffer, item[0])) return false;
        foreach (var parameter in item[1].EnumerateArray())
        {
            buffer.Append((byte)';');
            if (!FieldWriter.TryWriteKey(ref buffer, parameter[0].GetString())) return false;
            if (parameter[1].ValueKind == JsonValueKind.True) continue;
            buffer.Append((byte)'=');
            if (!TryWriteBare(ref buffer, parameter[1])) return false;
        }

        return true;
    }

    private static bool TryWriteBare(ref AsciiBuffer buffer, JsonElement value) => value.ValueKind switch
    {
        // Rounded to three digits, half to even (RFC 9651 §4.1.5).
        JsonValueKind.Number when value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => FieldWriter.TryWriteDecimal(ref buffer, (long)decimal.Round(value.GetDecimal() * 1000, MidpointRounding.ToEven)),
        JsonValueKind.Number => decimal.Parse(value.GetRawText(), CultureInfo.InvariantCulture) is var number && Math.Abs(number) < long.MaxValue && FieldWriter.TryWriteInteger(ref buffer, (long)number),
        JsonValueKind.String => FieldWriter.TryWriteString(ref buffer, value.GetString()),
        JsonValueKind.Object when value.GetProperty("__type").GetString() == "token" => FieldWriter.TryWriteToken(ref buffer, value.GetProperty("value").GetString()),
        _ => throw new InvalidOperationException($"The suite serialises {value}."),
    };

    private static byte[] Base32(string text)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(text.TrimEnd('=').Select(c => Convert.ToString(alphabet.IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
