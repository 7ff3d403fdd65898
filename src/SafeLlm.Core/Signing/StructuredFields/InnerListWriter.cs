namespace SafeLlm.Signing.StructuredFields;

/// <summary>Writes an inner list and its parameters again, in canonical form and in the order received (RFC 9421 §3.2 step 5).</summary>
internal static class InnerListWriter
{
    /// <param name="to">Where to.</param>
    /// <param name="raw">An inner list with parameters, as a reader found it.</param>
    public static bool TryWrite(ref AsciiBuffer to, ReadOnlySpan<char> raw)
    {
        var reader = FieldReader.AtInnerList(raw);
        to.Append((byte)'(');
        var first = true;
        FieldStep step;
        while ((step = reader.NextInnerItem(out var item)) == FieldStep.Next)
        {
            if (!first) to.Append((byte)' ');
            first = false;
            if (!FieldWriter.TryWriteItem(ref to, item) || !TryWriteParameters(ref to, ref reader)) return false;
        }

        to.Append((byte)')');
        return step == FieldStep.End && TryWriteParameters(ref to, ref reader) && reader.AtEnd;
    }

    private static bool TryWriteParameters(ref AsciiBuffer to, ref FieldReader reader)
    {
        FieldStep step;
        while ((step = reader.NextParameter(out var key, out var value)) == FieldStep.Next)
        {
            if (!FieldWriter.TryWriteParameter(ref to, key, value)) return false;
        }

        return step == FieldStep.End;
    }
}
