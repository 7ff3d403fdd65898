using System.Diagnostics;
using SafeLlm.Tests.Mutation;

namespace SafeLlm.Fuzzing;

/// <summary>The long mutation run: no false accept, no exception, memory flat.</summary>
internal static class MutationCommand
{
    private const long Most = 4L << 20;

    public static int Run(long count, int seed)
    {
        var run = new MutationRun(seed);
        run.Run(Math.Min(count, 100_000));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        run.Run(count);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"{count} mutated requests in {elapsed.TotalSeconds:F0} s: {run.Refused} refused, {run.Unchanged} verified that mean what was signed, 0 others; memory grew by {grown / 1024} KB");
        return grown < Most ? 0 : 1;
    }
}
