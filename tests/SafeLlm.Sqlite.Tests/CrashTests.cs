using SafeLlm.Sqlite.Crash;

namespace SafeLlm.Sqlite.Tests;

/// <summary>The long version: <c>dotnet run -c Release --project tests/SafeLlm.Sqlite.Crash -- kill 2000</c>.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task File_OfProcessesThatAreKilled_HasAllThatWasToldAndNothingTwice(int seed)
    {
        var killing = new Killing(folder.File, seed, workers: 3);

        for (var round = 0; round < 3; round++) await killing.RoundAsync();

        Assert.Equal(9, killing.Kills);
    }

    [Fact]
    public async Task Cap_RacedForByEightProcesses_IsReachedAndNeverPassed()
    {
        var (taken, most) = await Racer.RaceAsync(folder.File, processes: 8);

        using var ledger = new SqliteLedger(folder.File, FixedTime.Of(Racer.Instant));
        var state = (await ledger.ReadAsync([Racer.Cap], TestContext.Current.CancellationToken))[0];
        Assert.Equal(Racer.Cap.Cap, taken.Sum());
        Assert.True(most <= Racer.Cap.Cap, $"{most} were counted at once.");
        Assert.Equal((Racer.Cap.Cap, 0), (state.Spent, state.Held));
    }

    [Fact]
    public Task Processes_ThatWaitForEachOtherAtTwoFiles_AllComeThrough() => Crossing.CrossAsync(folder.Path(""), rounds: 20);

    [Fact]
    public async Task Processes_ThatAllWantTheFile_AllComeThrough()
    {
        var counts = await Racer.ShareAsync(folder.File, processes: 4, together: 400);

        // Bare SQLite gives all to one. How even it is, is measured by "compare ledger".
        Assert.All(counts, count => Assert.True(count >= 10, $"Of 400 turns the processes had {string.Join(", ", counts)}."));
    }
}
