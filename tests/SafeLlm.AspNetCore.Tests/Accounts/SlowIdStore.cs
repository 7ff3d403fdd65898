using System.Threading.Channels;
using SafeLlm.Accounts;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A store of issued ids that others share, and that waits or fails when a test says so.</summary>
internal sealed class SlowIdStore : IIssuedIdStore
{
    private readonly Channel<int> written = Channel.CreateUnbounded<int>();
    private readonly Channel<int> begun = Channel.CreateUnbounded<int>();
    private readonly Channel<int> asked = Channel.CreateUnbounded<int>();
    private readonly Channel<int> failed = Channel.CreateUnbounded<int>();
    private readonly List<string> recorded = [];
    private TaskCompletionSource gate = Open();
    private int operations;

    public IIssuedIdStore Inner { get; set; } = null!;

    public bool Fails { get; set; }

    public IReadOnlyList<string> Recorded
    {
        get
        {
            lock (recorded) return [.. recorded];
        }
    }

    public int Operations => operations;

    public bool IsKept => written.Reader.Count > 0;

    public void Hold() => gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Go() => gate.TrySetResult();

    /// <summary>Waits until so many operations have been written.</summary>
    public async Task KeptAsync(int operations = 1)
    {
        for (var i = 0; i < operations; i++) _ = await written.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a write has come here, held or not.</summary>
    public Task BegunAsync() => begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public Task AskedAsync() => asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public Task FailedAsync() => failed.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public async ValueTask RecordAsync(string tenant, IReadOnlyList<string> ids, DateTimeOffset until, int most, CancellationToken cancellationToken)
    {
        begun.Writer.TryWrite(1);
        await gate.Task.WaitAsync(cancellationToken);
        Fail();
        await Inner.RecordAsync(tenant, ids, until, most, cancellationToken);
        lock (recorded) recorded.AddRange(ids.Select(id => $"{tenant} {id}"));
        _ = Interlocked.Increment(ref operations);
        _ = written.Writer.TryWrite(0);
    }

    public async ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Fail();
        var answer = await Inner.AreOfAsync(tenant, ids, cancellationToken);
        _ = asked.Writer.TryWrite(0);
        return answer;
    }

    public async ValueTask ForgetAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        await gate.Task.WaitAsync(cancellationToken);
        Fail();
        await Inner.ForgetAsync(tenant, id, cancellationToken);
        _ = written.Writer.TryWrite(0);
    }

    private void Fail()
    {
        if (!Fails) return;
        _ = failed.Writer.TryWrite(0);
        throw new IOException("The store is gone.");
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
