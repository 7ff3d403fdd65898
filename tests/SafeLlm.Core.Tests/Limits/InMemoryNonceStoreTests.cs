using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Limits;

public sealed class InMemoryNonceStoreTests : NonceStoreContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time));
}
