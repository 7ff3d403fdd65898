namespace SafeLlm.Formats;

/// <summary>
/// One of a list of counts that say what they are of: <c>{"modality":"AUDIO","tokenCount":7}</c>, <c>{"ttl":"1h","inputTokens":7}</c>. The kind may stand behind its
/// numbers, which are held until then.
/// </summary>
internal struct CountsByKind
{
    private const int First = (int)Skim.AudioInputByKind;
    private const int Last = (int)Skim.CacheWriteLongByTime;

    private long[]? _held;
    private uint _isHeld;
    private bool? _counts;

    /// <summary>Whether the count is of another model's tokens, which that one asked.</summary>
    public bool IsAdvice { get; private set; }

    /// <summary>Whether a number is one of such a list.</summary>
    public static bool Has(Skim field) => (int)field is >= First and <= Last;

    /// <summary>Another count begins.</summary>
    public void Open()
    {
        _isHeld = 0;
        _counts = null;
        IsAdvice = false;
    }

    /// <summary>Takes a number; true where it counts, by a kind that was said before it.</summary>
    public bool Take(Skim field, long number)
    {
        if (_counts is { } counts && !IsAdvice) return counts;
        _held ??= new long[Last - First + 1];
        _held[(int)field - First] = number;
        _isHeld |= 1u << ((int)field - First);
        return false;
    }

    /// <summary>Takes the kind.</summary>
    public void Name(ReadOnlySpan<byte> kind)
    {
        IsAdvice = kind.SequenceEqual("advisor_message"u8);
        _counts = !IsCountedElsewhere(kind);
    }

    /// <summary>The numbers of another model's tokens.</summary>
    public readonly BillableUsage Advice()
    {
        var cacheWrite = Held(Skim.CompactedCacheWrite);
        return new(Held(Skim.CompactedInput), Held(Skim.CompactedCachedInput), cacheWrite, Held(Skim.CompactedOutput))
        {
            CacheWriteLong = Math.Min(Held(Skim.CompactedCacheWriteLong), cacheWrite),
        };
    }

    /// <summary>Takes back a number that was held and counts; false where there is none, or no more.</summary>
    public bool TryTakeBack(out Skim field, out long number)
    {
        (field, number) = (default, 0);
        if (_counts is not true || _isHeld == 0) return false;
        var at = System.Numerics.BitOperations.TrailingZeroCount(_isHeld);
        _isHeld &= _isHeld - 1;
        (field, number) = ((Skim)(First + at), _held![at]);
        return true;
    }

    private readonly long Held(Skim field) => (_isHeld & (1u << ((int)field - First))) != 0 ? _held![(int)field - First] : 0;

    // What is of no kind that is known may be of the dearest, or on top of the rest. What an advisor read is another model's.
    private static bool IsCountedElsewhere(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("5m"u8) || kind.SequenceEqual("message"u8) || kind.SequenceEqual("advisor_message"u8)
        || kind.SequenceEqual("TEXT"u8) || kind.SequenceEqual("IMAGE"u8) || kind.SequenceEqual("VIDEO"u8) || kind.SequenceEqual("DOCUMENT"u8);
}
