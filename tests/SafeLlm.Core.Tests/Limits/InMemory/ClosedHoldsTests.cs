using SafeLlm.Limits.InMemory;

namespace SafeLlm.Tests.Limits.InMemory;

public sealed class ClosedHoldsTests
{
    private static readonly long Start = new DateTime(2027, 6, 16, 12, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long Hour = TimeSpan.FromHours(1).Ticks;

    [Fact]
    public void Find_ManyIds_EachHasItsState()
    {
        const int many = 20_000;
        var closed = new ClosedHolds();
        for (var i = 0; i < many; i++) closed.Add(Id(i), i % 2 == 0 ? ClosedState.Settled : ClosedState.Released, Start);

        Assert.All(Enumerable.Range(0, many), i => Assert.Equal(i % 2 == 0 ? ClosedState.Settled : ClosedState.Released, closed.Find(Id(i))));
        Assert.All(Enumerable.Range(many, many), i => Assert.Equal(ClosedState.None, closed.Find(Id(i))));
    }

    // At every length of what still waits for its place, and where a block ends early because the clock has gone on.
    [Fact]
    public void Find_OneAfterAnother_EachIsKnownFromThenOnAndTheNextIsNot()
    {
        var closed = new ClosedHolds();
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(ClosedState.None, closed.Find(Id(i)));
            closed.Add(Id(i), ClosedState.Settled, Start + (i / 150 * 2 * Hour));
            Assert.Equal(ClosedState.Settled, closed.Find(Id(i)));
            Assert.Equal(ClosedState.Settled, closed.Find(Id(i / 2)));
        }

        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal(ClosedState.Settled, closed.Find(Id(i))));
    }

    // Several a block and several blocks an hour, so that whole blocks leave and others stay.
    [Fact]
    public void Trim_DropsWhatIsOlderThanADayAndKeepsTheRest()
    {
        const int hours = 60;
        const int anHour = 700;
        var closed = new ClosedHolds();
        for (var hour = 0; hour < hours; hour++)
        {
            for (var i = 0; i < anHour; i++) closed.Add(Id((hour * anHour) + i), ClosedState.Settled, Start + (hour * Hour));
            closed.Trim(Start + (hour * Hour));
        }

        const int kept = (24 + 1) * anHour;
        Assert.All(Enumerable.Range((hours * anHour) - kept, kept), i => Assert.Equal(ClosedState.Settled, closed.Find(Id(i))));
        Assert.InRange(closed.Count, kept, kept + (2 * anHour));
        Assert.Equal(ClosedState.None, closed.Find(Id(0)));
    }

    [Fact]
    public void Trim_ClockSteppedBack_KeepsIdsOfTheFutureAndDropsOldOnesBehindThem()
    {
        var closed = new ClosedHolds();
        closed.Add(Id(1), ClosedState.Settled, Start + (100 * Hour));
        closed.Add(Id(2), ClosedState.Settled, Start);

        closed.Trim(Start + (26 * Hour));

        Assert.Equal(ClosedState.Settled, closed.Find(Id(1)));
        Assert.Equal(ClosedState.None, closed.Find(Id(2)));
        closed.Add(Id(3), ClosedState.Released, Start + (26 * Hour));
        Assert.Equal(ClosedState.Released, closed.Find(Id(3)));
    }

    [Fact]
    public void Trim_AllAreOld_GivesTheRoomBack()
    {
        var closed = new ClosedHolds();
        for (var i = 0; i < 5_000; i++) closed.Add(Id(i), ClosedState.Settled, Start);

        closed.Trim(Start + (25 * Hour));

        Assert.Equal(0, closed.Count);
        closed.Add(Id(7), ClosedState.Released, Start + (25 * Hour));
        Assert.Equal(ClosedState.Released, closed.Find(Id(7)));
    }

    private static IdHash Id(int number) => IdHash.Of($"call-{number}");
}
