using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Tests.Gate;

public sealed class FairGateTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly StoreFolder folder = new();
    private readonly SharedBytes bytes = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Gate_ThatNobodyElseWants_IsOpenAtOnce()
    {
        using var gate = Open(bytes.NewProcess());

        for (var i = 0; i < 100; i++)
        {
            Assert.True(gate.Enter(Patience));
            gate.Exit();
        }
    }

    [Fact]
    public async Task Gate_ThatManyWant_LetsThemInOneAtATimeInTheOrderInWhichTheyAsked()
    {
        const int Waiters = 6;
        using var first = Open(bytes.NewProcess());
        Assert.True(first.Enter(Patience));
        var order = new List<int>();
        var inside = 0;
        var gates = new List<FairGate>();
        var tasks = new List<Task>();
        for (var i = 0; i < Waiters; i++)
        {
            var (number, gate) = (i, Open(bytes.NewProcess()));
            gates.Add(gate);
            tasks.Add(Task.Factory.StartNew(() =>
            {
                Assert.True(gate.Enter(Patience));
                Assert.Equal(1, Interlocked.Increment(ref inside));
                order.Add(number);
                Interlocked.Decrement(ref inside);
                gate.Exit();
            }, TaskCreationOptions.LongRunning));
            await DrawnAsync(i + 2);
        }

        first.Exit();

        // Who has just let go asks again, and must come last.
        tasks.Add(Task.Factory.StartNew(() =>
        {
            Assert.True(first.Enter(Patience));
            order.Add(Waiters);
            first.Exit();
        }, TaskCreationOptions.LongRunning));
        await Task.WhenAll(tasks);
        Assert.Equal(Enumerable.Range(0, Waiters + 1), order);
        gates.ForEach(gate => gate.Dispose());
    }

    [Fact]
    public async Task Holder_ThatIsKilled_LeavesTheGateToTheNext()
    {
        var dying = bytes.NewProcess();
        using var first = Open(dying);
        using var second = Open(bytes.NewProcess());
        Assert.True(first.Enter(Patience));
        var next = Task.Factory.StartNew(() => second.Enter(Patience), TaskCreationOptions.LongRunning);
        await DrawnAsync(2);

        dying.Die();

        Assert.True(await next);
    }

    [Fact]
    public async Task Waiter_ThatIsKilled_DoesNotKeepOthersOut()
    {
        var dying = bytes.NewProcess();
        using var first = Open(bytes.NewProcess());
        using var second = Open(dying);
        using var third = Open(bytes.NewProcess());
        Assert.True(first.Enter(Patience));
        _ = Task.Factory.StartNew(() => second.Enter(Patience), TaskCreationOptions.LongRunning);
        await DrawnAsync(2);
        var last = Task.Factory.StartNew(() => third.Enter(Patience), TaskCreationOptions.LongRunning);
        await DrawnAsync(3);

        dying.Die();
        first.Exit();

        Assert.True(await last);
    }

    [Fact]
    public void Holder_ThatHangs_IsGoneAroundAndTheGateIsFairAgainAfterIt()
    {
        using var hanging = Open(bytes.NewProcess());
        using var other = Open(bytes.NewProcess());
        Assert.True(hanging.Enter(Patience));

        Assert.False(other.Enter(TimeSpan.FromMilliseconds(20)));
        Assert.False(other.Enter(Patience));
        hanging.Exit();

        // The turn that came too late is given back, and the next one is a turn again.
        Assert.True(SpinWait.SpinUntil(() => other.Enter(Patience), Patience));
        other.Exit();
        Assert.True(hanging.Enter(Patience));
        hanging.Exit();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Gate_WhoseLocksFail_IsGoneWithoutAndTriedAgainLater(int failing, bool isHeld)
    {
        // The door, the own number, the number before; and that again, where it has to be waited for.
        var locks = new FailingBytes(bytes.NewProcess());
        using var gate = Open(locks);
        using var other = Open(bytes.NewProcess());
        if (isHeld) Assert.True(other.Enter(Patience));

        locks.FailAt(failing);
        Assert.False(gate.Enter(Patience));

        // Nobody waits for the turn that was given up.
        if (isHeld) other.Exit();
        Assert.True(other.Enter(Patience));
        other.Exit();
        for (var i = 0; i < FairGate.TurnsWithout; i++) Assert.False(gate.Enter(Patience));
        Assert.True(gate.Enter(Patience));
        gate.Exit();
    }

    [Fact]
    public void Gate_WithoutSuchLocks_IsAlwaysOpenAndNeverATurn()
    {
        using var gate = Open(null);

        Assert.False(gate.Enter(Patience));
    }

    private FairGate Open(IByteLocks? locks) => new(NewFile.Open(folder.Path("gate"), FileMode.OpenOrCreate), locks);

    // Until so many numbers are drawn: the file's first eight bytes say how many.
    private async Task DrawnAsync(long number)
    {
        while (true)
        {
            await using (var file = NewFile.Open(folder.Path("gate"), FileMode.OpenOrCreate))
            {
                var read = new byte[8];
                if (await file.ReadAsync(read, TestContext.Current.CancellationToken) == 8 && BitConverter.ToInt64(read) >= number) return;
            }

            await Task.Yield();
        }
    }
}
