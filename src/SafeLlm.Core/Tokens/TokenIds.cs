using System.Buffers;

namespace SafeLlm.Tokens;

/// <summary>Counts tokens that a caller has encoded: numbers in an array, or in arrays in an array.</summary>
internal static class TokenIds
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>The number of numbers in a raw JSON array.</summary>
    public static long Count(ReadOnlySpan<byte> array)
    {
        long count = 0;
        while (array.IndexOfAny(Digits) is var start and >= 0)
        {
            count++;
            array = array[start..];
            var end = array.IndexOfAnyExcept(Digits);
            array = end < 0 ? default : array[end..];
        }

        return count;
    }
}
