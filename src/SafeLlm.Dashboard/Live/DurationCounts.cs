namespace SafeLlm.Dashboard;

/// <summary>
/// Durations counted by size, four sizes to each doubling from a tenth of a millisecond on: 400 bytes, however many they are, and a
/// percentile that is at most 19 % too high.
/// </summary>
internal sealed class DurationCounts
{
    private const int Sizes = 100;
    private const double Smallest = 0.0001;
    private const double SizesPerDoubling = 4;

    private readonly int[] counts = new int[Sizes];

    public long Count { get; private set; }

    public void Add(double seconds)
    {
        counts[seconds <= Smallest ? 0 : Math.Min(Sizes - 1, (int)Math.Ceiling(Math.Log2(seconds / Smallest) * SizesPerDoubling))]++;
        Count++;
    }

    public void Add(DurationCounts others)
    {
        for (var i = 0; i < Sizes; i++) counts[i] += others.counts[i];
        Count += others.Count;
    }

    /// <summary>A time in seconds that so many of the durations did not pass; null where there are none.</summary>
    /// <param name="percent">0 to 100.</param>
    public double? Percentile(int percent)
    {
        if (Count == 0) return null;
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100.0));
        var size = 0;
        for (var seen = (long)counts[0]; seen < rank; seen += counts[size]) size++;
        return Smallest * Math.Pow(2, size / SizesPerDoubling);
    }
}
