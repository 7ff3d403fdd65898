namespace SafeLlm.Tests.Interleaving;

/// <summary>Runs small concurrent programs under controlled interleavings. Called in the copy that has points (<see cref="InterleavedAssembly"/>).</summary>
public static class LedgerHistories
{
    /// <summary>Runs one program and one interleaving a seed.</summary>
    /// <returns>What was wrong, with its seed; null where nothing was.</returns>
    public static string? Run(int firstSeed, int count)
    {
        var points = 0;
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var history = new LedgerHistory(new Random(seed));
            var schedule = new InterleavedSchedule(seed);
            try
            {
                history.Run(schedule);
            }
            catch (AggregateException failure)
            {
                return $"seed {seed}: {failure.InnerException}";
            }

            points += schedule.Points;
            if (history.Explain() is { } wrong) return $"seed {seed}: {wrong}";
        }

        // Without points nothing was interleaved, and nothing was proved.
        return points > count ? null : $"only {points} points in {count} programs";
    }
}
