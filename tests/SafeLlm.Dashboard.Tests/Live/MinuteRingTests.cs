namespace SafeLlm.Dashboard.Tests;

public sealed class MinuteRingTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 30, TimeSpan.Zero);

    [Fact]
    public void Until_AfterAnHour_HasNoMinuteOfTheHourBefore()
    {
        var ring = new MinuteRing<List<int>>();
        for (var i = 0; i < 90; i++) ring.At(Start.AddMinutes(i)).Add(i);

        var minutes = ring.Until(Start.AddMinutes(89)).ToList();

        Assert.Equal(Enumerable.Range(30, 60), minutes.Select(minute => Assert.Single(minute!)));
        Assert.All(ring.Until(Start.AddMinutes(300)), Assert.Null);
    }

    [Fact]
    public void At_WithinAMinute_IsTheSameValue()
    {
        var ring = new MinuteRing<List<int>>();

        Assert.Same(ring.At(Start), ring.At(Start.AddSeconds(29)));
        Assert.NotSame(ring.At(Start), ring.At(Start.AddSeconds(30)));
    }

    [Fact]
    public void ForgetFrom_AMinute_KeepsThoseBefore()
    {
        var ring = new MinuteRing<List<int>>();
        for (var i = 0; i < 10; i++) ring.At(Start.AddMinutes(i)).Add(i);

        ring.ForgetFrom(Start.AddMinutes(7));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], ring.Until(Start.AddMinutes(9)).OfType<List<int>>().Select(Assert.Single));
    }
}
