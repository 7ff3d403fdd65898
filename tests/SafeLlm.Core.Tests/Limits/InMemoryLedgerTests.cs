using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Limits;

/// <summary>What only the ledger in memory does: it forgets what no longer counts, and warns of what it will forget.</summary>
public sealed class InMemoryLedgerTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryLedger ledger;

    public InMemoryLedgerTests() => ledger = new InMemoryLedger(time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hour@UTC")]
    [InlineData("day@Europe/Berlin")]
    [InlineData("month@UTC")]
    [InlineData("rolling@00:01:00")]
    [InlineData("rolling@7.00:00:00")]
    public async Task Counter_ThatIsIdle_CostsNothingAfterItsWindow(string window)
    {
        var limit = Limit.Tokens(1_000).Per(Window.Parse(window));
        for (var i = 0; i < 20_000; i++) await SpendAsync($"a{i}", limit.For($"user:{i}"));
        Assert.Equal(20_000, ledger.CounterCount);

        time.Advance(TimeSpan.FromDays(40));
        await TouchAsync();

        Assert.Equal(0, ledger.CounterCount);
    }

    // The instant of an operation may be a little old: then there was no room yet, and there is by the time of the answer.
    [Fact]
    public async Task Hold_WhoseRoomComesWhileItIsAsked_IsTaken()
    {
        var limit = Limit.Requests(1).Per(Window.Parse("hour@UTC"));
        await SpendAsync("a", limit);
        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal(HoldOutcome.Denied, (await ledger.HoldAsync(new HoldRequest("b", [limit], Tokens(10), Lease), Cancel)).Outcome);

        time.AutoAdvanceAmount = TimeSpan.FromTicks(1);

        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(new HoldRequest("c", [limit], Tokens(10), Lease), Cancel)).Outcome);
    }

    [Fact]
    public async Task Counter_ThatStillCounts_IsKept()
    {
        var limit = Limit.Tokens(1_000).PerDay();
        for (var i = 0; i < 500; i++) await SpendAsync($"a{i}", limit.For($"user:{i}"));

        time.Advance(TimeSpan.FromHours(3));
        await TouchAsync();

        Assert.Equal(500, ledger.CounterCount);
        Assert.Equal(10, Assert.Single(await ledger.ReadAsync([limit.For("user:7")], Cancel)).Spent);
    }

    [Fact]
    public async Task Counter_WhoseHoldCanStillBeCorrected_IsKept()
    {
        var limit = Limit.Tokens(1_000).PerMinute();
        await ledger.HoldAsync(new HoldRequest("a", [limit], Tokens(10), Lease), Cancel);

        time.Advance(TimeSpan.FromHours(20));
        await TouchAsync();
        Assert.Equal(1, ledger.CounterCount);

        time.Advance(TimeSpan.FromHours(5));
        await TouchAsync();
        Assert.Equal(0, ledger.CounterCount);
    }

    [Fact]
    public async Task Denial_OfAnUnseenScope_LeavesNoCounter()
    {
        for (var i = 0; i < 100; i++)
        {
            var result = await ledger.HoldAsync(new HoldRequest($"a{i}", [Limit.Tokens(5).PerDay().For($"user:{i}")], Tokens(10), Lease), Cancel);
            Assert.Equal(HoldOutcome.Denied, result.Outcome);
        }

        await ledger.ReadAsync([Limit.Tokens(5).PerDay().For("user:read")], Cancel);
        Assert.Equal(0, ledger.CounterCount);
    }

    [Fact]
    public async Task LongWindow_IsWarnedOfOnce_WithTheLimit()
    {
        List<Limit> warned = [];
        ledger.OnLongWindow = warned.Add;
        await SpendAsync("a", Limit.Tokens(1_000).PerHour());
        Assert.Empty(warned);

        await SpendAsync("b", Limit.Tokens(1_000).PerDay());
        await SpendAsync("c", Limit.Tokens(1_000).PerMonth());

        Assert.Equal([Limit.Tokens(1_000).PerDay()], warned);
    }

    [Theory]
    [InlineData("hour@UTC", false)]
    [InlineData("rolling@01:00:00", false)]
    [InlineData("rolling@01:00:01", true)]
    [InlineData("day@UTC", true)]
    public void LongWindow_IsOneAboveAnHour(string window, bool isLong) => Assert.Equal(isLong, InMemoryLedger.IsLongWindow(Limit.Tokens(1).Per(Window.Parse(window))));

    [Fact]
    public async Task Nonce_WithoutANonceStore_IsRefusedBeforeAnythingIsHeld()
    {
        var request = new HoldRequest("a", [Limit.Tokens(100).PerDay()], Tokens(1), Lease) { Nonce = new NonceClaim("k", "n", time.GetUtcNow() + Lease) };

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await ledger.HoldAsync(request, Cancel));

        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    private static Amounts Tokens(long tokens) => new(tokens, 0, NanoUsd.Zero);

    private async Task SpendAsync(string id, Limit limit)
    {
        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(new HoldRequest(id, [limit], Tokens(10), Lease), Cancel)).Outcome);
        await ledger.SettleAsync(id, Tokens(10), Cancel);
    }

    // Whoever asks does a part of the sweep; there is no timer.
    private async Task TouchAsync()
    {
        for (var i = 0; i < 50; i++)
        {
            time.Advance(TimeSpan.FromSeconds(61));
            await ledger.CountHoldsAsync(Cancel);
        }
    }
}
