using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Testing.Tests;

public sealed class RateLimitTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Bucket_ThatIsEmpty_RefusesAndTellsWhenARequestFits()
    {
        await using var caller = await StartAsync(new ProviderRateLimit(2, TimeSpan.FromMinutes(1)));

        Assert.Equal((200, "2", "1", "30000ms", ""), await CallAsync(caller));
        Assert.Equal((200, "2", "0", "60000ms", ""), await CallAsync(caller));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((429, "2", "0", "45000ms", "15"), await CallAsync(caller));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((200, "2", "0", "60000ms", ""), await CallAsync(caller));
        Assert.Equal(3, caller.Provider.Billed.Count);
    }

    [Fact]
    public async Task Window_ThatIsFull_RefusesUntilItsEnd()
    {
        await using var caller = await StartAsync(new ProviderRateLimit(1, TimeSpan.FromMinutes(1)) { RefillsSteadily = false });

        Assert.Equal((200, "1", "0", "60000ms", ""), await CallAsync(caller));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((429, "1", "0", "1000ms", "1"), await CallAsync(caller));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((200, "1", "0", "60000ms", ""), await CallAsync(caller));
    }

    [Fact]
    public async Task Limit_WithAnthropic_IsToldInItsWords()
    {
        await using var caller = await StartAsync(new ProviderRateLimit(2, TimeSpan.FromMinutes(1)));

        using var response = await caller.Http.PostAsync(new Uri(caller.Provider.Root, "v1/messages"), new StringContent("""{"model":"gpt-4.1-mini","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"""), TestContext.Current.CancellationToken);

        Assert.Equal(("2", "1", "2026-11-23T12:00:30.000Z"), (Header(response, "anthropic-ratelimit-requests-limit"), Header(response, "anthropic-ratelimit-requests-remaining"), Header(response, "anthropic-ratelimit-requests-reset")));
    }

    [Fact]
    public async Task Limit_OfNothing_IsRefusedAtTheStart() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => StartAsync(new ProviderRateLimit(0, TimeSpan.FromMinutes(1))));

    private Task<DoubleCaller> StartAsync(ProviderRateLimit limit) => DoubleCaller.StartAsync(options => (options.RateLimit, options.Time) = (limit, time));

    private static async Task<(int Status, string Limit, string Remaining, string Reset, string RetryAfter)> CallAsync(DoubleCaller caller)
    {
        using var response = await caller.SendAsync(DoubleCaller.Chat());
        return ((int)response.StatusCode, Header(response, "x-ratelimit-limit-requests"), Header(response, "x-ratelimit-remaining-requests"), Header(response, "x-ratelimit-reset-requests"), Header(response, "retry-after"));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : "";
}
