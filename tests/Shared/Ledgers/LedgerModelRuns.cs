using CsCheck;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>Runs many random programs, each named by a seed that makes it again, and makes one that fails as short as it can.</summary>
public static class LedgerModelRuns
{
    /// <summary>Runs programs of up to so many steps from a seed on; the same seeds are the same programs.</summary>
    /// <exception cref="LedgerMismatchException">A program failed; the message has its seed and the shortest form that still fails.</exception>
    public static Task RunAsync(long firstSeed, long count, int length, Func<TimeProvider, ValueTask<SafeLlmStores>> open, int threads, CancellationToken cancellationToken) =>
        Parallel.ForAsync(firstSeed, firstSeed + count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, async (seed, _) =>
        {
            var program = Make(seed, length);
            if (await FailureAsync(program, open) is not { } failure) return;
            var (shortest, reason) = await ShortenAsync(program, failure, open);
            throw new LedgerMismatchException($"seed {seed}, length {length}: {reason.Message}\n{shortest}", reason);
        });

    /// <summary>The program of a seed.</summary>
    public static LedgerProgram Make(long seed, int length) => LedgerPrograms.OfLength(length).Generate(new PCG(1, (ulong)seed), null, out _);

    private static async Task<(LedgerProgram Program, Exception Failure)> ShortenAsync(LedgerProgram program, Exception failure, Func<TimeProvider, ValueTask<SafeLlmStores>> open)
    {
        for (var chunk = program.Steps.Count / 2; chunk >= 1;)
        {
            var isShorter = false;
            for (var at = 0; at < program.Steps.Count; at += chunk)
            {
                LedgerProgram candidate = program with { Steps = [.. program.Steps.Take(at), .. program.Steps.Skip(at + chunk)] };
                if (await FailureAsync(candidate, open) is not { } other) continue;
                (program, failure, isShorter) = (candidate, other, true);
                at -= chunk;
            }

            if (!isShorter || chunk > program.Steps.Count) chunk /= 2;
        }

        return (program, failure);
    }

    private static async Task<Exception?> FailureAsync(LedgerProgram program, Func<TimeProvider, ValueTask<SafeLlmStores>> open)
    {
        try
        {
            await LedgerModel.RunAsync(program, open);
            return null;
        }
        catch (LedgerMismatchException failure)
        {
            return failure;
        }
    }
}
