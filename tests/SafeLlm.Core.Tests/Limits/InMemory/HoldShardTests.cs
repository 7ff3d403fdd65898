using SafeLlm.Limits;
using SafeLlm.Limits.InMemory;

namespace SafeLlm.Tests.Limits.InMemory;

// Many enough that most of them stand in the table, and few enough that some stand in the shard itself.
public sealed class HoldShardTests
{
    private const int Many = 30;
    private readonly HoldShard shard = new();
    private readonly HoldEntry[] entries = [.. Enumerable.Range(0, Many).Select(Entry)];

    public HoldShardTests() => Array.ForEach(entries, shard.Add);

    [Fact]
    public void Find_Many_EachIsFoundAndAnotherIsNot()
    {
        Assert.All(entries, entry => Assert.Same(entry, Find(entry)));
        Assert.Null(shard.Find(IdHash.Of("call-other"), "call-other"));
        Assert.Equal(Many, shard.OpenCount);
        Assert.Equal(entries.ToHashSet(), shard.All.ToHashSet());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Remove_OneAfterAnother_TheOthersStay(int seed)
    {
        var order = entries.ToArray();
        new Random(seed).Shuffle(order);
        for (var gone = 0; gone < Many; gone++)
        {
            shard.Remove(order[gone]);

            Assert.All(order[..(gone + 1)], entry => Assert.Null(Find(entry)));
            Assert.All(order[(gone + 1)..], entry => Assert.Same(entry, Find(entry)));
        }

        Assert.Equal(0, shard.OpenCount);
        Assert.Equal(long.MaxValue, shard.EarliestDue);
    }

    // A place in the shard that became free is taken by the next hold, which is as well found there as in the table.
    [Fact]
    public void Add_WhereOneIsGone_BothPartsGoOn()
    {
        for (var i = 0; i < Many; i++)
        {
            shard.Remove(entries[i]);
            shard.Add(entries[i] = Entry(Many + i));

            Assert.All(entries, entry => Assert.Same(entry, Find(entry)));
        }

        Assert.Equal(Many, shard.OpenCount);
    }

    [Fact]
    public void NextDue_InAnyOrderOfAdding_TheEarliestComesFirst()
    {
        var dues = new List<long>();
        while (shard.NextDue(long.MaxValue) is { } entry)
        {
            Assert.Equal(entry.Due, shard.EarliestDue);
            Assert.Null(shard.NextDue(entry.Due - 1));
            dues.Add(entry.Due);
            shard.Remove(entry);
        }

        Assert.Equal(entries.Select(entry => entry.Due).Order(), dues);
    }

    [Fact]
    public void EndLease_OfAny_IsKnownUntilItIsForgotten()
    {
        var first = entries.Min(entry => entry.Due);

        foreach (var entry in entries) shard.EndLease(entry, HoldPhase.Charged, forgetAt: 10_000 + entry.Due);

        Assert.Equal(0, shard.OpenCount);
        Assert.All(entries, entry => Assert.Same(entry, Find(entry)));
        Assert.Equal(10_000 + first, shard.EarliestDue);
    }

    [Fact]
    public void Extend_OfAny_IsDueLater()
    {
        var first = entries.Min(entry => entry.Due);

        foreach (var entry in entries) shard.Extend(entry, 10_000 + entry.Due);

        Assert.Equal(10_000 + first, shard.EarliestDue);
        Assert.All(entries, entry => Assert.Equal(entry.Due, entry.Hold.LeaseEnds.UtcTicks));
    }

    [Fact]
    public void Clamp_NothingIsDueLater()
    {
        shard.Clamp(500);

        Assert.All(entries, entry => Assert.InRange(entry.Due, 0, 500));
    }

    private static HoldEntry Entry(int number)
    {
        var id = $"call-{number}";
        var due = 1 + (number * 37 % 1_000);
        var entry = new HoldEntry();
        entry.Reserve(0);
        entry.Begin((uint)IdHash.Of(id).High, new Hold(id, default, DateTimeOffset.MinValue, new DateTimeOffset(due, TimeSpan.Zero)), due, LeaseEnd.Charge);
        return entry;
    }

    private HoldEntry? Find(HoldEntry entry) => shard.Find(IdHash.Of(entry.Hold.Id), entry.Hold.Id);
}
