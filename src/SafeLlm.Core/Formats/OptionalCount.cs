namespace SafeLlm.Formats;

/// <summary>A number from 0 that may be missing, in the room of the number alone: every call keeps several.</summary>
internal readonly struct OptionalCount(long? value)
{
    // 0, as it is unless it was set, is none.
    private readonly long kept = value is { } number ? ~number : 0;

    public long? Value => kept == 0 ? null : ~kept;
}
