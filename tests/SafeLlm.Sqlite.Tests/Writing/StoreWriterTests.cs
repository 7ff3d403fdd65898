using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Gate;
using SafeLlm.Sqlite.Journal;
using SafeLlm.Sqlite.Tests.Gate;
using SafeLlm.Sqlite.Writing;

namespace SafeLlm.Sqlite.Tests.Writing;

public sealed class StoreWriterTests : IDisposable
{
    private readonly StoreFolder folder = new();
    private readonly SharedBytes bytes = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Writer_WhoseTurnDoesNotCome_GoesOnWithoutItAndIsClosedAllTheSame()
    {
        using var hanging = Gate();
        Assert.True(hanging.Enter(TimeSpan.FromMinutes(1)));
        using var writer = Writer();

        // The first waits until patience is at an end; the second finds the gate still waited for.
        Assert.Equal(1, await RunAsync(writer, 1));
        Assert.Equal(2, await RunAsync(writer, 2));

        hanging.Exit();
    }

    [Fact]
    public async Task Writer_WhoseTurnComes_GoesOn()
    {
        using var first = Gate();
        Assert.True(first.Enter(TimeSpan.FromMinutes(1)));
        using var writer = Writer();
        var waiting = RunAsync(writer, 1);

        first.Exit();

        Assert.Equal(1, await waiting);
        Assert.Equal(2, await RunAsync(writer, 2));
    }

    private static Task<int> RunAsync(StoreWriter writer, int number) => Task.Run(() =>
    {
        var work = new Work<int>(isDurable: true, _ => number);
        writer.Add(work);
        return work.Task;
    });

    private StoreWriter Writer() => new(Gate(), () => StoreSession.Open(folder.File, new SqliteStoreOptions(), JournalKey.Load(null, null)));

    private FairGate Gate() => new(NewFile.Open(folder.Path("gate"), FileMode.OpenOrCreate), bytes.NewProcess());
}
