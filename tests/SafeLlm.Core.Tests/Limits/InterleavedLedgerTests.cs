using SafeLlm.Tests.Interleaving;

namespace SafeLlm.Tests.Limits;

/// <summary>Systematic concurrency tests of the ledger in memory. The long version is in tests/SafeLlm.Soak.</summary>
public sealed class InterleavedLedgerTests
{
    [Fact]
    public void Operations_InAnyInterleaving_AreAnsweredAsIfOneCameAfterTheOther()
    {
        var histories = InterleavedAssembly.Copy(typeof(LedgerHistories));

        var wrong = (string?)histories.GetMethod(nameof(LedgerHistories.Run))!.Invoke(null, [1, 4_000]);

        Assert.True(wrong is null, wrong);
    }
}
