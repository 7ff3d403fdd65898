using System.Text;

namespace SafeLlm.Testing;

/// <summary>An answer that is the same whenever the prompt is: words chosen by a hash of it.</summary>
internal static class DefaultAnswer
{
    private static readonly string[] Words =
    [
        "river", "stone", "lamp", "garden", "letter", "cloud", "bread", "window", "bridge", "winter", "paper", "silver",
        "morning", "harbour", "copper", "meadow", "violin", "thunder", "orchard", "candle", "mirror", "compass", "feather",
        "island", "journey", "kettle", "ladder", "market", "needle", "ocean", "pebble", "quiet",
    ];

    public static Answer To(Prompt prompt, int words)
    {
        var sequence = new TextSequence(prompt.Text, prompt.Choice);
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            if (i > 0) text.Append(' ');
            text.Append(Words[sequence.NextBits(5)]);
        }

        return text.Append(words > 0 ? "." : "").ToString();
    }
}
