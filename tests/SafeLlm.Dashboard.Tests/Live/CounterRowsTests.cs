using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard.Tests;

public sealed class CounterRowsTests
{
    [Fact]
    public void Of_CallersOfATier_AddsThemUp()
    {
        var rows = CounterRows.Of(
            [State("key:a", 10, 4, 1), State("user:u", 20, 5, 2), State("key:other", 7, 7, 0), State("tier:pro", 30, 9, 0)],
            [Row("a", "PRO"), Row("b", "PRO", "u"), Row("other", "FREE")]);

        var sum = Assert.Single(rows, row => row is { Kind: CounterRow.Sum, Tier: "PRO" });
        Assert.Equal(("PRO", 30L, 9L, 3L), (sum.State.Scope, sum.State.Cap, sum.State.Spent, sum.State.Held));
        Assert.Equal(0.4, sum.Share);
        Assert.Equal(["key", "user", "key", "tier", "sum", "sum"], rows.Select(row => row.Kind));
    }

    [Fact]
    public void Of_AUserWhoseKeysHaveTwoTiers_CountsForNeither()
    {
        var rows = CounterRows.Of([State("user:u", 20, 5, 2)], [Row("a", "PRO", "u"), Row("b", "FREE", "u")]);

        Assert.Null(Assert.Single(rows).Tier);
    }

    [Fact]
    public void Of_CapsWithoutEnd_DoesNotOverflow()
    {
        var rows = CounterRows.Of([State("key:a", long.MaxValue, 1, 0), State("key:b", long.MaxValue, 1, 0)], [Row("a", "PRO"), Row("b", "PRO")]);

        Assert.Equal(long.MaxValue, rows[^1].State.Cap);
    }

    [Fact]
    public void Fullest_OfManyKeys_LeavesRoomForTheOtherKinds()
    {
        var counters = Enumerable.Range(0, 500).Select(i => State($"key:{i:d3}", 1_000, i, 0)).Append(State("app", 10, 0, 1)).ToList();

        var fullest = CounterRows.Fullest(CounterRows.Of(counters, [])).ToList();

        Assert.Equal("app", fullest[0].State.Scope);
        Assert.Equal(Enumerable.Range(400, 100).Reverse().Select(i => (long)i), fullest.Skip(1).Select(row => row.State.Spent));
    }

    [Fact]
    public void Share_OfACapOfNothing_IsFull() => Assert.Equal(1, new CounterRow("app", null, State("app", 0, 0, 0)).Share);

    private static CounterState State(string scope, long cap, long spent, long held) => new(scope, Dimension.Tokens, "day@UTC", cap, spent, held);

    private static KeyRow Row(string keyId, string tier, string? user = null) =>
        new(new VerifierKey(TestKeys.Make(keyId, "a-secret-of-32-bytes-or-more-" + keyId + "-----")) { User = user, Tier = tier }, tier, KeyState.Live, true, false);
}
