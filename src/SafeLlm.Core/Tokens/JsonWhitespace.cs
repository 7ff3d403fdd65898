namespace SafeLlm.Tokens;

/// <summary>Takes the white space out of JSON that providers write anew before their models read it.</summary>
internal static class JsonWhitespace
{
    /// <summary>Writes valid JSON without the white space between its tokens.</summary>
    public static void Strip(ReadOnlySpan<byte> json, PooledText output)
    {
        output.Clear();
        var isInString = false;
        var start = 0;
        for (var index = 0; index < json.Length; index++)
        {
            var value = json[index];
            if (isInString)
            {
                // what is escaped ends no string
                index += value == '\\' ? 1 : 0;
                isInString = value != '"';
            }
            else if (value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                output.Append(json[start..index]);
                start = index + 1;
            }
            else
            {
                isInString = value == '"';
            }
        }

        output.Append(json[Math.Min(start, json.Length)..]);
    }
}
