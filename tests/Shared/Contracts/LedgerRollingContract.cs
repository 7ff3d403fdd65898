using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>Rolling windows are never above the cap in any stretch of their length, and late by at most a 32nd of it.</summary>
public abstract class LedgerRollingContract : StoreContract
{
    private static readonly Limit Limit32 = Limit.Tokens(100).Per(Window.Rolling(TimeSpan.FromSeconds(32)));
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Amount_Leaves_WhenItsWholeBucketHas()
    {
        Time.Advance(TimeSpan.FromMilliseconds(400));
        await SpendAsync("a", Limit32, Tokens(100));

        var denial = await DeniedAsync("b", Limit32, Tokens(1));
        Assert.Equal(Start + TimeSpan.FromSeconds(33), denial.RoomAt);
        Assert.Equal(denial.RoomAt, (await StateAsync(Limit32)).RoomAt);

        SetTime(denial.RoomAt!.Value - Moment);
        await DeniedAsync("b", Limit32, Tokens(1));
        SetTime(denial.RoomAt.Value);
        await HoldAsync("b", Limit32, Tokens(100));
    }

    [Theory]
    [InlineData(10, 33)]
    [InlineData(50, 33)]
    [InlineData(51, 43)]
    [InlineData(80, 43)]
    [InlineData(81, 53)]
    [InlineData(100, 53)]
    public async Task Room_IsTold_ForEnoughAndNotForTheOldestAmount(int asked, int secondsUntilRoom)
    {
        await SpendAsync("a", Limit32, Tokens(50));
        Time.Advance(TimeSpan.FromSeconds(10));
        await SpendAsync("b", Limit32, Tokens(30));
        Time.Advance(TimeSpan.FromSeconds(10));
        await SpendAsync("c", Limit32, Tokens(20));

        var denial = await DeniedAsync("d", Limit32, Tokens(asked));
        Assert.Equal(Start + TimeSpan.FromSeconds(secondsUntilRoom), denial.RoomAt);

        SetTime(denial.RoomAt!.Value - Moment);
        await DeniedAsync("d", Limit32, Tokens(asked));
        SetTime(denial.RoomAt.Value);
        await HoldAsync("d", Limit32, Tokens(asked));
    }

    [Fact]
    public async Task Room_IsNotTold_WhereItHangsOnOpenHolds()
    {
        await SpendAsync("a", Limit32, Tokens(60));
        await HoldAsync("b", Limit32, Tokens(40));

        Assert.NotNull((await DeniedAsync("c", Limit32, Tokens(60))).RoomAt);
        Assert.Null((await DeniedAsync("c", Limit32, Tokens(61))).RoomAt);
    }

    [Fact]
    public async Task Window_OfEveryLength_IsNeverAboveItsCap()
    {
        // A steady stream of small attempts against three lengths that divide nothing evenly; every stretch is looked at afterwards.
        TimeSpan[] lengths = [TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(7_919), TimeSpan.FromSeconds(61)];
        Limit[] limits = [.. lengths.Select(length => Limit.Tokens(20).Per(Window.Rolling(length)))];
        List<(DateTimeOffset At, long Amount)>[] admitted = [[], [], []];
        for (var i = 0; i < 400; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(37 + (i % 7 * 61)));
            for (var j = 0; j < limits.Length; j++)
            {
                var id = $"{i}.{j}";
                if ((await TryHoldAsync(id, limits[j], Tokens(1 + (i % 3)))).Outcome != HoldOutcome.Held) continue;
                await SettleAsync(id, Tokens(1 + (i % 3)));
                admitted[j].Add((Time.GetUtcNow(), 1 + (i % 3)));
            }
        }

        for (var j = 0; j < lengths.Length; j++)
        {
            Assert.All(admitted[j], first => Assert.InRange(admitted[j].Where(other => other.At >= first.At && other.At <= first.At + lengths[j]).Sum(other => other.Amount), 0, 20));
            Assert.True(admitted[j].Sum(one => one.Amount) >= 40, $"Only {admitted[j].Count} attempts were admitted in {lengths[j]}: room did not come back.");
        }
    }

    [Fact]
    public async Task Window_ThatNobodyTouchedForYears_StartsAnew()
    {
        await SpendAsync("a", Limit32, Tokens(100));

        SetTime(Start.AddYears(3));

        await AssertStateAsync(Limit32, 0, 0);
        await SpendAsync("b", Limit32, Tokens(100));
    }
}
