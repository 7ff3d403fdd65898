using SafeLlm.Tests.Ledgers;

namespace SafeLlm.Tests.Contracts;

/// <summary>Real tasks on real threads: no cap is passed at any instant that anybody sees.</summary>
public abstract class LedgerRaceContract : StoreContract
{
    /// <summary>How many attempts each of the tasks makes.</summary>
    protected virtual int Attempts => 1_500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Tasks_AtTheSameLimits_NeverPassACap(int seed) => Assert.InRange(await LedgerRace.RunAsync(seed, 8, Attempts, OpenAsync), 1, 8 * Attempts);
}
