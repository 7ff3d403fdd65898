using System.Text;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>After warm-up a count takes no memory, whatever it counts and on however many threads.</summary>
public sealed class SteadyStateTests
{
    private static readonly byte[][] Samples = [.. Texts.HostileKinds.Select(kind => Encoding.UTF8.GetBytes(Texts.Hostile(kind, 3_000)))];

    public static TheoryData<string> Names { get; } = ["o200k_base", "cl100k_base"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_AfterWarmUp_AllocatesNothing(string encoding)
    {
        var counter = encoding == "o200k_base" ? TokenCounters.O200kBase : TokenCounters.Cl100kBase;
        Assert.Equal(0, Allocated(counter, rounds: 3));
    }

    [Fact]
    public void Count_OnManyThreadsAfterWarmUp_AllocatesNothing()
    {
        // as many as the counter keeps ready; each thread counts only once all of them count
        var allocated = new long[2 * Environment.ProcessorCount];
        using var start = new Barrier(allocated.Length);
        var threads = allocated.Select((_, index) => new Thread(() =>
        {
            start.SignalAndWait();
            allocated[index] = Allocated(TokenCounters.O200kBase, rounds: 5);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(allocated, bytes => Assert.Equal(0, bytes));
    }

    [Fact]
    public void Count_PieceOfAnyLength_TakesNoMemoryForIt()
    {
        var text = new byte[4_000_000];
        Array.Fill(text, (byte)'a');
        TokenCounters.O200kBase.Count(text.AsSpan(0, 1_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(500_000, TokenCounters.O200kBase.Count(text));

        // Tests beside this one may have every working set that is kept ready; a new one is small, and no copy of the text.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }

    /// <summary>What the last of so many rounds takes on this thread.</summary>
    private static long Allocated(ITokenCounter counter, int rounds)
    {
        long allocated = 0;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var text in Samples)
            {
                counter.Count(text);
                counter.IsOver(text, 100);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
