using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Redis.Tests;

public sealed class OutageBreakerTests
{
    private readonly FakeTimeProvider time = new();
    private readonly OutageBreaker breaker;

    public OutageBreakerTests() => breaker = new OutageBreaker(time, TimeSpan.FromSeconds(1));

    [Fact]
    public void Server_ThatFailsTenTimes_IsLeftAlone()
    {
        Fail(9);
        Assert.True(breaker.TryEnter());
        Fail(1);
        Assert.False(breaker.TryEnter());
    }

    [Theory]
    [InlineData(10, 9, true)]
    [InlineData(10, 10, false)]
    [InlineData(100, 50, true)]
    public void Server_ThatAnswersMoreThanHalf_IsAskedOn(int answers, int failures, bool isAsked)
    {
        // The stretch that is judged begins with a failure.
        Fail(1);
        for (var i = 0; i < answers; i++) breaker.Answered();
        Fail(failures - 1);
        Assert.Equal(isAsked, breaker.TryEnter());
    }

    [Fact]
    public void Failures_FurtherApartThanTheStretch_DoNotAddUp()
    {
        for (var i = 0; i < 100; i++)
        {
            Fail(1);
            time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Server_LeftAloneForAWhile_IsTriedByOneOperation()
    {
        Fail(10);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        Fail(1);
        Assert.False(breaker.TryEnter());

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());
        breaker.Answered();
        Assert.True(breaker.TryEnter());
        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Trial_ThatNeverReports_IsFollowedByAnother()
    {
        Fail(10);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) breaker.Failed();
    }
}
