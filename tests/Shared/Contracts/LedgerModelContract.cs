using SafeLlm.Tests.Ledgers;

namespace SafeLlm.Tests.Contracts;

/// <summary>
/// Random programs of operations, clock jumps, lease ends and cap changes, against a plain specification. A failure prints its
/// seed and the shortest program that still fails. The long version, with other seeds each time, is in tests/SafeLlm.Soak.
/// </summary>
public abstract class LedgerModelContract : StoreContract
{
    /// <summary>How many programs are run.</summary>
    protected virtual int Programs => 1_000;

    [Fact]
    public Task Program_OfAnyKind_DoesWhatTheSpecificationSays() => LedgerModelRuns.RunAsync(1, Programs, 120, OpenAsync, Environment.ProcessorCount, Cancellation);

    [Fact]
    public Task Program_ThatIsLong_DoesWhatTheSpecificationSays() => LedgerModelRuns.RunAsync(1_000_001, Math.Max(1, Programs / 100), 1_500, OpenAsync, Environment.ProcessorCount, Cancellation);
}
