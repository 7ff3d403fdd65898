using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Limits;

public sealed class InMemoryLedgerWaitingTests : LedgerWaitingContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time));
}
