namespace SafeLlm.Tests.Attacks;

/// <summary>Calls of honest callers during an attack.</summary>
/// <param name="Asked">How many there were.</param>
/// <param name="Served">How many were answered.</param>
internal readonly record struct HonestCalls(int Asked, int Served)
{
    public double Rate => Asked == 0 ? 1 : (double)Served / Asked;

    public HonestCalls Plus(HonestCalls other) => new(Asked + other.Asked, Served + other.Served);
}
