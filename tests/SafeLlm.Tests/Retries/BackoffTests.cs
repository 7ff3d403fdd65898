using CsCheck;
using SafeLlm.Retries;

namespace SafeLlm.Tests.Retries;

public sealed class BackoffTests
{
    [Fact]
    public void Exponential_AnyFailureAndChance_StaysWithinItsBounds() =>
        Gen.Select(Gen.Int[1, 1_000], Gen.Double[0, 1]).Sample((failures, jitter) =>
        {
            var wait = Backoff.Exponential(failures, jitter);
            return wait >= TimeSpan.FromMilliseconds(250) && wait <= TimeSpan.FromSeconds(8);
        });

    [Fact]
    public void Advised_AnyAdviceAndChance_IsNeverEarlyAndHardlyLate() =>
        Gen.Select(Gen.Double[-10, 4_000], Gen.Double[0, 1]).Sample((seconds, jitter) =>
        {
            var advice = TimeSpan.FromSeconds(seconds);
            var wait = Backoff.Advised(advice, jitter);
            return wait >= TimeSpan.Zero && wait >= advice && wait <= TimeSpan.FromMilliseconds(Math.Max(0, seconds * 1_000) + 250);
        });

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(9, 8)]
    public void Exponential_WithoutLuck_Doubles(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Exponential(failures, 1));
}
