using SafeLlm.Limits.InMemory;

namespace SafeLlm.Tests.Limits.InMemory;

public sealed class GateTests
{
    [Fact]
    public async Task Enter_ManyThreads_OneIsInside()
    {
        const int threads = 4;
        const int each = 50_000;
        var guarded = new Guarded();

        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(() => guarded.Work(each), TaskCreationOptions.LongRunning)));

        Assert.Equal(threads * each, guarded.Count);
        Assert.False(guarded.WasShared);
    }

    private sealed class Guarded : Gate
    {
        private int inside;

        public int Count { get; private set; }

        public bool WasShared { get; private set; }

        public void Work(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Enter();
                WasShared |= ++inside != 1;
                Count++;
                inside--;
                Exit();
            }
        }
    }
}
