namespace SafeLlm.Formats;

/// <summary>Takes a response's content apart into JSON documents, in whatever frame they come.</summary>
internal abstract class BodyScanner
{
    /// <summary>Whether something was not as the frame or JSON demands.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>Whether the last document or frame is whole.</summary>
    public abstract bool IsWhole { get; }

    /// <summary>Whether a sign that ends the stream was seen (<c>[DONE]</c>).</summary>
    public virtual bool SawDone => false;

    /// <summary>Takes the next bytes. Never throws for what they hold.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Ends what was begun.</summary>
    public virtual void Complete()
    {
    }
}
