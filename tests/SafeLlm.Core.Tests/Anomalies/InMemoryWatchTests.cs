using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Anomalies;

public sealed class InMemoryWatchTests : WatchContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time));
}
