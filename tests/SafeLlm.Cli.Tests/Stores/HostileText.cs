namespace SafeLlm.Cli.Tests.Stores;

internal static class HostileText
{
    /// <summary>Nothing but letters, spaces and line ends: no sequence that a terminal obeys, and nothing that turns the reading direction.</summary>
    public static void AssertNone(string output)
    {
        Assert.DoesNotContain(output, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
        Assert.DoesNotContain(output, letter => letter is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u200b' or '\u200f');
    }
}
