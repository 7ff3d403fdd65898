namespace SafeLlm.Cli.Signatures;

/// <summary>One vector, or one step of a sequence, that was run.</summary>
/// <param name="Id">The vector's, or the sequence's.</param>
/// <param name="Actual">What we say.</param>
/// <param name="Expected">What the file says.</param>
internal sealed record VectorOutcome(string Id, Verdict Actual, Verdict Expected)
{
    /// <summary>Whether the results before the last one were as the file says.</summary>
    public bool IsRightOnTheWay { get; init; } = true;

    /// <summary>Whether the file leaves both results open.</summary>
    public bool IsOpen { get; init; }

    public bool IsRight => IsRightOnTheWay && (IsOpen || Actual.IsAccepted == Expected.IsAccepted);

    public bool HasOtherReason => IsRight && !IsOpen && !Actual.IsAccepted && Expected.Reason is not null && Actual.Reason != Expected.Reason;
}
