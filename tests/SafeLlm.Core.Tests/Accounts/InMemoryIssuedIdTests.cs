using Microsoft.Extensions.Time.Testing;
using SafeLlm.Accounts;
using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Accounts;

public sealed class InMemoryIssuedIdTests : IssuedIdContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time));

    [Fact]
    public async Task Memory_IsBoundedOverAllTenants_AndKeepsTheNewest()
    {
        var time = new FakeTimeProvider(Start);
        var store = new InMemoryIssuedIdStore(time, most: 100);
        for (var i = 0; i < 5_000; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await store.RecordAsync($"tenant:{i % 7}", [$"resp_{i}"], time.GetUtcNow().AddDays(30), 1_000, Cancellation);
            Assert.InRange(store.Count, 1, 100);
        }

        Assert.True(await store.AreOfAsync($"tenant:{4_999 % 7}", ["resp_4999"], Cancellation));
        Assert.False(await store.AreOfAsync($"tenant:{4_899 % 7}", ["resp_4899"], Cancellation));
        time.Advance(TimeSpan.FromDays(31));
        await store.RecordAsync("tenant:a", ["resp_a"], time.GetUtcNow().AddDays(30), 1_000, Cancellation);
        Assert.Equal(1, store.Count);
    }
}
