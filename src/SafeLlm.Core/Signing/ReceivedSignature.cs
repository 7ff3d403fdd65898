namespace SafeLlm.Signing;

/// <summary>One member of Signature-Input as it was received: where everything stands in the text, and what is wrong with it.</summary>
internal struct ReceivedSignature
{
    public TextRange Label;

    /// <summary>The inner list and its parameters, raw.</summary>
    public TextRange Value;

    /// <summary>Whether the raw text is what a serialiser would write, so that it can be signed over as it is.</summary>
    public bool Canonical;

    public ComponentRanges Components;
    public int ComponentCount;
    public CoveredComponents Covered;

    public long Created;
    public long Expires;
    public TextRange Nonce;
    public TextRange KeyId;
    public TextRange Algorithm;
    public SignatureParameters Present;

    /// <summary>The first thing that breaks the profile; it counts only if the tag turns out to be ours.</summary>
    public SignatureReason Problem;
    public string? Detail;

    /// <summary>What the detail is about; empty where it says so itself.</summary>
    public TextRange Subject;

    public readonly bool IsOurs => (Present & SignatureParameters.OurTag) != 0;

    public readonly bool Covers(string text, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < ComponentCount; i++)
        {
            if (Components[i].Of(text).SequenceEqual(name)) return true;
        }

        return false;
    }
}
