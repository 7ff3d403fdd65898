namespace SafeLlm.Formats;

/// <summary>
/// The duration in an error's sentence: OpenAI's "Please try again in 20ms.", Azure's "Please retry after 51 seconds.",
/// Google's "Please retry in 38.2s.".
/// </summary>
internal static class RetrySentence
{
    private static readonly string[] Before = ["try again in ", "retry after ", "retry in ", "try again after "];

    public static TimeSpan? Find(string? message)
    {
        if (message is null) return null;
        foreach (var words in Before)
        {
            var at = message.IndexOf(words, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && GoDuration.Parse(message.AsSpan(at + words.Length), isWhole: false) is { } wait) return wait;
        }

        return null;
    }
}
