using System.Diagnostics;

namespace SafeLlm.Redis.Tests;

/// <summary>Waits for what another process or node brings about, at most a minute.</summary>
internal static class Until
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Looks again and again until something holds; a look that the store does not answer counts as one that does not.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await AnsweredAsync(holds))
        {
            Assert.True(waited.Elapsed < Most, "It did not come to hold within a minute.");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Asks until there is an answer, as a settle does.</summary>
    public static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (RedisStoreException) when (waited.Elapsed < Most)
            {
                await Task.Delay(30, Cancellation);
            }
        }
    }
}
