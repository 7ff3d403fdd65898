using SafeLlm.Tests.Interleaving;

namespace SafeLlm.Tests.Limits;

/// <summary>Systematic concurrency tests of the ledger in memory. The long version is in tests/SafeLlm.Soak.</summary>
public sealed class InterleavedLedgerTests
{
    [Fact]
    public void Operations_InAnyInterleaving_AreAnsweredAsIfOneCameAfterTheOther()
    {
        var histories = InterleavedAssembly.Copy(typeof(LedgerHistories));

        Assert.Null(histories.GetMethod(nameof(LedgerHistories.Run))!.Invoke(null, [1, 4_000]));
    }
}
