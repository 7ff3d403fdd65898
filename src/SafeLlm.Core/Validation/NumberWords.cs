namespace SafeLlm.Validation;

/// <summary>Numbers that are spelled in words.</summary>
internal static class NumberWords
{
    private const long Most = 1_000_000_000_000;

    /// <summary>The number after one more word: <c>ten</c> is 10, and <c>thousand</c> behind it makes 10,000. 0 where the word is no number.</summary>
    public static long After(long before, ReadOnlySpan<char> word)
    {
        var unit = word switch
        {
            "hundred" or "hundreds" => 100,
            "thousand" or "thousands" => 1_000,
            "million" or "millions" => 1_000_000,
            "billion" or "billions" => 1_000_000_000,
            _ => 0,
        };
        return unit > 0 ? Math.Min(Math.Max(1, before) * unit, Most) : word switch
        {
            "two" => 2,
            "three" => 3,
            "four" => 4,
            "five" => 5,
            "six" => 6,
            "seven" => 7,
            "eight" => 8,
            "nine" => 9,
            "ten" => 10,
            "twelve" => 12,
            "fifteen" => 15,
            "twenty" => 20,
            "thirty" => 30,
            "forty" => 40,
            "fifty" => 50,
            "sixty" => 60,
            "seventy" => 70,
            "eighty" => 80,
            "ninety" => 90,
            _ => 0,
        };
    }
}
