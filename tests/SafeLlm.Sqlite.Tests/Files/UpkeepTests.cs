using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Tests.Files;

public sealed class UpkeepTests : IDisposable
{
    private const int Users = 600;
    private readonly StoreFolder folder = new(isFast: true);
    private readonly FakeTimeProvider time = FixedTime.Of(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_OfWhatIsOver_LeaveTheFile()
    {
        using var stores = SqliteStores.Open(folder.File, time);
        for (var i = 0; i < Users; i++) await SpendAsync(stores, i);
        Assert.Equal(Users * 2, Count("counters"));
        Assert.Equal(Users, Count("holds"));
        Assert.Equal(Users, Count("nonces"));

        // Past the windows, the late settles and the nonces; a few thousand rows go with each look.
        time.Advance(TimeSpan.FromDays(3));
        for (var i = 0; i < 20; i++) await stores.Ledger.CountHoldsAsync(Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await stores.Nonces.ClaimAsync(new NonceClaim("k", "later-" + i, time.GetUtcNow().AddSeconds(1)), Cancellation);
        }

        Assert.Equal(0, Count("counters"));
        Assert.Equal(0, Count("holds"));
        Assert.InRange(Count("nonces"), 1, 2);
        Assert.InRange(Count("nonce_counts"), 1, 2);
    }

    [Fact]
    public async Task Counter_OfAClosedHoldThatIsAskedForAgain_LeavesTheFile()
    {
        using var stores = SqliteStores.Open(folder.File, time);
        var request = new HoldRequest("a", [Limit.Tokens(100).PerMinute().For("user:42")], new Amounts(10, 10, default), TimeSpan.FromMinutes(1));
        await stores.Ledger.HoldAsync(request, Cancellation);
        await stores.Ledger.SettleAsync("a", new Amounts(10, 10, default), Cancellation);
        time.Advance(TimeSpan.FromMinutes(5));
        await stores.Ledger.CountHoldsAsync(Cancellation);
        Assert.Equal(0, Count("counters"));

        Assert.Equal(HoldOutcome.Closed, (await stores.Ledger.HoldAsync(request, Cancellation)).Outcome);
        time.Advance(TimeSpan.FromMinutes(5));
        await stores.Ledger.CountHoldsAsync(Cancellation);

        Assert.Equal(0, Count("counters"));
        Assert.Equal(1, Count("holds"));
    }

    [Fact]
    public async Task Hold_WhoseOwnerDied_IsALineOfTheJournalUntilALateSettleCorrectsIt()
    {
        var limit = Limit.Tokens(1_000).PerMonth().For("user:42");
        using var stores = SqliteStores.Open(folder.File, time);
        await stores.Ledger.HoldAsync(new HoldRequest("a", [limit], new Amounts(100, 50, default), TimeSpan.FromMinutes(5)), Cancellation);

        time.Advance(TimeSpan.FromMinutes(6));
        await stores.Ledger.CountHoldsAsync(Cancellation);

        var line = Assert.Single(await ReadAsync());
        Assert.Equal((JournalOutcome.LeaseEnded, "a"), (line.Outcome, line.Id));
        Assert.Equal(new Amounts(100, 50, default), line.Actual);
        Assert.Equal(["user:42"], line.Scopes);

        await stores.Ledger.SettleAsync("a", new Amounts(10, 5, default), Cancellation);
        await stores.Journal!.AppendAsync(line with { Outcome = JournalOutcome.Reported, Actual = new Amounts(10, 5, default) }, Cancellation);

        // Both are in the chain; only what counts is read.
        Assert.Equal(JournalOutcome.Reported, Assert.Single(await ReadAsync()).Outcome);
        Assert.Equal(2, SqliteJournal.Verify(folder.File).Lines);
    }

    private async Task SpendAsync(SafeLlmStores stores, int user)
    {
        var (id, amounts) = ($"h{user}", new Amounts(10, 10, default));
        Limit[] limits = [Limit.Tokens(100).PerDay().For($"user:{user}"), Limit.Requests(10).PerMinute().For($"user:{user}")];
        var nonce = new NonceClaim("k", $"nonce-{user}", time.GetUtcNow().AddMinutes(5));
        Assert.Equal(HoldOutcome.Held, (await stores.Ledger.HoldAsync(new HoldRequest(id, limits, amounts, TimeSpan.FromMinutes(1)) { Nonce = nonce }, Cancellation)).Outcome);
        await stores.Ledger.SettleAsync(id, amounts, Cancellation);
    }

    private long Count(string table)
    {
        using var connection = StoreConnection.OpenToRead(folder.File, Schema.Steps);
        return connection.Statement($"SELECT count(*) FROM {table}").Number();
    }

    private async Task<List<JournalEntry>> ReadAsync()
    {
        using var reader = new SqliteStoreReader(folder.File, time);
        List<JournalEntry> lines = [];
        await foreach (var line in reader.ReadJournalAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation)) lines.Add(line);
        return lines;
    }
}
