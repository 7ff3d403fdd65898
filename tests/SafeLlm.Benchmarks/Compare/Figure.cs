namespace SafeLlm.Benchmarks.Compare;

/// <summary>One measured ratio, and what it is to reach.</summary>
/// <param name="Name">Area and figure, such as <c>signing.sign-and-verify-2KB</c>.</param>
/// <param name="Ratio">Ours by the peer's.</param>
internal sealed record Figure(string Name, double Ratio)
{
    /// <summary>Lower is better, down to this; null where it is not so.</summary>
    public double? AtMost { get; init; }

    /// <summary>Higher is better, up to this; null where it is not so.</summary>
    public double? AtLeast { get; init; }

    public bool IsReached => !(Ratio > AtMost) && !(Ratio < AtLeast) && !double.IsNaN(Ratio);

    public string ToString(IFormatProvider culture) => (AtMost, AtLeast) switch
    {
        ({ } most, _) => string.Create(culture, $"{Name} {Ratio:F2} <={most:F2} {(IsReached ? "ok" : "short")}"),
        (_, { } least) => string.Create(culture, $"{Name} {Ratio:F2} >={least:F2} {(IsReached ? "ok" : "short")}"),
        _ => string.Create(culture, $"{Name} {Ratio:F2}"),
    };
}
