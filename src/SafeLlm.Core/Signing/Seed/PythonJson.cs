using System.Buffers;
using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Signing;

/// <summary>
/// Prints a JSON document as CPython's <c>json.dumps(json.loads(text), sort_keys=True)</c> does, byte for byte. What Python would read
/// otherwise than others (members that stand twice, NaN, half surrogate pairs, numbers that overflow) is refused, not printed.
/// </summary>
internal static class PythonJson
{
    // CPython refuses longer integers since 3.11 (sys.int_info.default_max_str_digits).
    private const int MostDigits = 4300;

    public static RequestReading.Malformed? TryWrite(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (StrictJson.Check(json) is { } malformed) return malformed;
        var reader = new Utf8JsonReader(json, StrictJson.Options);
        using var document = JsonDocument.ParseValue(ref reader);
        return Write(document.RootElement, output) ? null : new RequestReading.Malformed(RefusalCode.JsonInvalid, "The content has a number that overflows, or an integer of more than 4300 digits.");
    }

    // As deep as the document, which was found to be at most 64.
    private static bool Write(JsonElement value, IBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return WriteObject(value, output);
            case JsonValueKind.Array:
                return WriteArray(value, output);
            case JsonValueKind.String:
                WriteString(value.GetString()!, output);
                return true;
            case JsonValueKind.Number:
                return WriteNumber(value.GetRawText(), output);
            default:
                output.Write(value.ValueKind switch
                {
                    JsonValueKind.True => "true"u8,
                    JsonValueKind.False => "false"u8,
                    _ => "null"u8,
                });
                return true;
        }
    }

    private static bool WriteObject(JsonElement value, IBufferWriter<byte> output)
    {
        var members = new List<(byte[] Name, JsonProperty Member)>();
        foreach (var member in value.EnumerateObject()) members.Add((Encoding.UTF8.GetBytes(member.Name), member));
        // By code point, which is the order of the UTF-8 bytes and not that of UTF-16: U+FFFD comes before U+1F600.
        members.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        output.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) output.Write(", "u8);
            WriteString(members[i].Member.Name, output);
            output.Write(": "u8);
            if (!Write(members[i].Member.Value, output)) return false;
        }

        output.Write("}"u8);
        return true;
    }

    private static bool WriteArray(JsonElement value, IBufferWriter<byte> output)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first) output.Write(", "u8);
            first = false;
            if (!Write(item, output)) return false;
        }

        output.Write("]"u8);
        return true;
    }

    private static bool WriteNumber(string token, IBufferWriter<byte> output)
    {
        if (token.AsSpan().ContainsAny('.', 'e', 'E')) return PythonFloat.TryWrite(token, output);
        if (token.Length - (token[0] == '-' ? 1 : 0) > MostDigits) return false;
        // JSON has no leading zeros, so that an integer is printed as it stands; only minus zero is none in Python.
        output.Write(token == "-0" ? "0"u8 : Encoding.ASCII.GetBytes(token));
        return true;
    }

    /// <summary>Everything outside printable ASCII is escaped, DEL included; what only HTML minds is not.</summary>
    private static void WriteString(string text, IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan((text.Length * 6) + 2);
        var at = 0;
        bytes[at++] = (byte)'"';
        foreach (var c in text)
        {
            var escape = c switch
            {
                '"' => '"',
                '\\' => '\\',
                '\b' => 'b',
                '\t' => 't',
                '\n' => 'n',
                '\f' => 'f',
                '\r' => 'r',
                _ => '\0',
            };
            if (escape != '\0')
            {
                bytes[at++] = (byte)'\\';
                bytes[at++] = (byte)escape;
            }
            else if (c is >= ' ' and <= '~')
            {
                bytes[at++] = (byte)c;
            }
            else
            {
                "\\u"u8.CopyTo(bytes[at..]);
                _ = Convert.TryToHexStringLower([(byte)(c >> 8), (byte)c], bytes[(at + 2)..], out _);
                at += 6;
            }
        }

        bytes[at++] = (byte)'"';
        output.Advance(at);
    }
}
