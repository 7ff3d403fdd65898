namespace SafeLlm.Signing;

/// <summary>
/// When a store tries again to open keys that did not open, though nobody has changed them: what protects them may only have been away. After
/// a second, and twice as long each further time.
/// </summary>
internal sealed class FaultRetry
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan wait = First;
    private DateTimeOffset? due;

    public bool IsDue(DateTimeOffset now) => due <= now;

    /// <summary>Notes what a reading of the keys came to.</summary>
    /// <param name="hasFaults">Whether some did not open.</param>
    /// <param name="isChange">Whether there was something new to read.</param>
    /// <param name="now">When it was read.</param>
    public void Note(bool hasFaults, bool isChange, DateTimeOffset now)
    {
        if (isChange || !hasFaults) wait = First;
        due = hasFaults ? now + wait : null;
        if (hasFaults) wait = wait * 2 < Longest ? wait * 2 : Longest;
    }
}
