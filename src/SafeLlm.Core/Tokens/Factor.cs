namespace SafeLlm.Tokens;

/// <summary>A constant of a <see cref="TokenFamily"/>.</summary>
/// <param name="Expected">The likely value.</param>
/// <param name="Upper">The highest that was seen, with room.</param>
internal readonly record struct Factor(decimal Expected, decimal Upper)
{
    /// <summary>A constant that does not vary.</summary>
    public static implicit operator Factor(decimal both) => new(both, both);

    /// <summary>A constant as a pair.</summary>
    public static implicit operator Factor((decimal Expected, decimal Upper) pair) => new(pair.Expected, pair.Upper);
}
