namespace SafeLlm.Aot;

/// <summary>Counts what is as expected, and says what is not.</summary>
internal sealed class Checks
{
    private int right;
    private int wrong;

    public void Expect(string what, string expected, string? actual)
    {
        if (string.Equals(expected, actual, StringComparison.Ordinal))
        {
            right++;
            return;
        }

        wrong++;
        Console.Error.WriteLine($"WRONG {what}: expected \"{expected}\", got \"{actual}\"");
    }

    public int Conclude()
    {
        Console.WriteLine(FormattableString.Invariant($"native client and gateway: {right} right, {wrong} wrong"));
        return wrong == 0 ? 0 : 1;
    }
}
