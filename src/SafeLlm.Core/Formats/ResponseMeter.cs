namespace SafeLlm.Formats;

/// <summary>
/// Reads usage from a response as its bytes pass, in constant memory and whatever the split. Not thread-safe: one response,
/// one meter.
/// </summary>
public abstract class ResponseMeter
{
    /// <summary>Takes the next bytes. Never throws for what they hold.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Is told the name of each thing that the answer says the provider keeps beyond the call (a response, a conversation, an item, a container),
    /// as soon as it is read and so before the bytes that name it go on; null, as it is at first, where nobody asks.
    /// </summary>
    public virtual Action<string>? Issued
    {
        get => null;
        set { }
    }

    /// <summary>Bytes of generated text that were seen so far; 0 where the format does not tell until its end.</summary>
    public virtual long OutputBytes => 0;

    /// <summary>
    /// Tokens of generated text that were certainly seen so far; null where the model's encoding is not known exactly. Each call counts
    /// what came since the last one, so calls far apart are cheap.
    /// </summary>
    public virtual long? CountOutputTokens() => null;

    /// <summary>Whether every choice that goes on is certainly over a bound, in bytes or in tokens; false where they are not told apart.</summary>
    internal virtual bool AreChoicesOver(long mostBytes, long mostTokens) => false;

    /// <summary>The choices that have said that they end, by their index; none where they are not told apart.</summary>
    internal virtual IReadOnlyList<int> EndedChoices() => [];

    /// <summary>What was read. Call it once, when the content has ended or will not be read further.</summary>
    public abstract ResponseReading Complete();
}
