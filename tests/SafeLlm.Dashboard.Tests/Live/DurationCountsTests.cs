namespace SafeLlm.Dashboard.Tests;

public sealed class DurationCountsTests
{
    [Fact]
    public void Percentile_OfNothing_IsNone() => Assert.Null(new DurationCounts().Percentile(95));

    [Theory]
    [InlineData(50)]
    [InlineData(95)]
    [InlineData(99)]
    [InlineData(100)]
    public void Percentile_OfManyDurations_IsAtMostAFifthTooHigh(int percent)
    {
        var counts = new DurationCounts();
        for (var i = 1; i <= 1_000; i++) counts.Add(i / 1_000.0);

        Assert.InRange(counts.Percentile(percent)!.Value, percent / 100.0, percent / 100.0 * 1.19);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(double.MaxValue)]
    public void Add_OfAnExtremeDuration_IsCounted(double seconds)
    {
        var counts = new DurationCounts();

        counts.Add(seconds);

        Assert.Equal(1, counts.Count);
        Assert.NotNull(counts.Percentile(50));
    }

    [Fact]
    public void Add_OfOtherCounts_IsTheSameAsOneByOne()
    {
        var (one, other, both) = (new DurationCounts(), new DurationCounts(), new DurationCounts());
        for (var i = 1; i < 300; i++)
        {
            (i % 3 == 0 ? one : other).Add(i * 0.004);
            both.Add(i * 0.004);
        }

        one.Add(other);

        Assert.Equal((both.Count, both.Percentile(50), both.Percentile(99)), (one.Count, one.Percentile(50), one.Percentile(99)));
    }
}
