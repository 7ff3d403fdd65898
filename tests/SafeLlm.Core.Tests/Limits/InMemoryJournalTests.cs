using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Limits;

public sealed class InMemoryJournalTests : JournalContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(100)]
    public async Task AppendAsync_ManyLines_KeepsTheLastEachOnce(int capacity)
    {
        var journal = new InMemoryJournal(capacity);
        var expected = new List<string>();
        var random = new Random(capacity);
        for (var i = 0; i < 2_000; i++)
        {
            var id = random.Next(capacity * 2).ToString(CultureInfo.InvariantCulture);
            await journal.AppendAsync(Line(id), TestContext.Current.CancellationToken);
            if (expected.Contains(id)) continue;
            if (expected.Count == capacity) expected.RemoveAt(0);
            expected.Add(id);
        }

        var kept = new List<string>();
        await foreach (var line in journal.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken)) kept.Add(line.Id);
        Assert.Equal(expected, kept);
    }

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time));

    private static JournalEntry Line(string id) => new()
    {
        Id = id,
        At = DateTimeOffset.UnixEpoch,
        Outcome = JournalOutcome.Reported,
        Actual = new Amounts(1, 1, NanoUsd.Zero),
    };
}
