using SafeLlm.Limits;

namespace SafeLlm.Tests.Limits;

/// <summary>Callers without end: one holds, and others always wait behind it at the same limits.</summary>
internal sealed class CallerStream(WaitingLedger ledger, string name, Func<string, Task<HoldResult>> hold)
{
    private readonly Queue<(string Id, Task<HoldResult> Result)> waiting = new();
    private string? open;
    private int called;

    public IEnumerable<Task<HoldResult>> Waiting => waiting.Select(next => next.Result);

    /// <summary>One more comes.</summary>
    public void Add()
    {
        var id = FormattableString.Invariant($"{name}{called++}");
        waiting.Enqueue((id, hold(id)));
    }

    /// <summary>Who holds gives back.</summary>
    public async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        if (open is not null) await ledger.ReleaseAsync(open, cancellationToken);
        open = null;
    }

    /// <summary>Whether the next of them holds now, and another one has come behind it.</summary>
    public async Task<bool> GoesOnAsync()
    {
        if (!waiting.Peek().Result.IsCompleted) return false;
        var (id, result) = waiting.Dequeue();
        Assert.Equal(HoldOutcome.Held, (await result).Outcome);
        open = id;
        Add();
        return true;
    }
}
