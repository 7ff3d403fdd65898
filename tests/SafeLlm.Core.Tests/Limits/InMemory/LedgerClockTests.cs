using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits.InMemory;

namespace SafeLlm.Tests.Limits.InMemory;

/// <summary>Partly by the machine's own clock: only beside that is there a tick of the operating system to tell when to read it.</summary>
public sealed class LedgerClockTests
{
    private static readonly DateTimeOffset Start = new(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Recent_OfAClockOfOnesOwn_IsReadEachTime()
    {
        var time = new FakeTimeProvider(Start);
        var clock = new LedgerClock(time);
        Assert.Equal(Start.UtcTicks, clock.Recent);

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Start.UtcTicks + 1, clock.Recent);
    }

    [Fact]
    public void Recent_OfTheSystemsClock_IsNeverAheadOfIt()
    {
        var clock = new LedgerClock(TimeProvider.System);
        for (var i = 0; i < 1_000; i++)
        {
            var recent = clock.Recent;
            Assert.InRange(recent, 1, clock.Now);
        }
    }

    [Fact]
    public void Recent_OfTheSystemsClock_GoesOnWithIt()
    {
        var clock = new LedgerClock(TimeProvider.System);
        var first = clock.Recent;
        Assert.True(SpinWait.SpinUntil(() => clock.Recent > first, TimeSpan.FromMinutes(1)), "The clock stood still for a minute.");
    }
}
