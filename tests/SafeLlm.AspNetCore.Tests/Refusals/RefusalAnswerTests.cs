using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

public sealed class RefusalAnswerTests
{
    private static readonly DateTimeOffset Now = VerifierHost.Start;
    private static readonly TimeSpan Cap = new SafeLlmVerifierOptions().RetryAfterCap;

    [Theory]
    [InlineData(0.2, 429, 1)]
    [InlineData(59.01, 429, 60)]
    [InlineData(60, 429, 60)]
    [InlineData(61.8, 429, 62)]
    [InlineData(62, 429, 62)]
    [InlineData(62.1, 402, null)]
    [InlineData(86_400, 402, null)]
    public void Of_ABudgetWithRoomLater_SaysRetryAfterOnlyWithinTheCap(double seconds, int status, int? retryAfter)
    {
        var refusal = Denied(new LimitDenial(Limit.Tokens(10).PerDay(), 5, 10, 0, Now.AddSeconds(seconds)));

        Assert.Equal(new RefusalAnswer(status, retryAfter, Now.AddSeconds(seconds)), RefusalAnswer.Of(refusal, Now, Cap));
    }

    [Fact]
    public void Of_MoreThanTheWholeLimit_IsNeverToBeRetried() =>
        Assert.Equal(new RefusalAnswer(402, null, null), RefusalAnswer.Of(Denied(new LimitDenial(Limit.Tokens(10).PerDay(), 11, 0, 0, null)), Now, Cap));

    [Fact]
    public void Of_RoomThatHangsOnOpenHolds_IsToBeRetriedSoonWithoutAnInstant() =>
        Assert.Equal(new RefusalAnswer(429, 1, null), RefusalAnswer.Of(Denied(new LimitDenial(Limit.Tokens(10).PerDay(), 5, 0, 10, null)), Now, Cap));

    [Fact]
    public void Of_SeveralLimits_WaitsForTheLast()
    {
        var refusal = Denied(
            new LimitDenial(Limit.Requests(1).PerMinute(), 1, 1, 0, Now.AddSeconds(10)),
            new LimitDenial(Limit.Tokens(10).PerDay(), 5, 10, 0, Now.AddSeconds(50)));

        Assert.Equal(new RefusalAnswer(429, 50, Now.AddSeconds(50)), RefusalAnswer.Of(refusal, Now, Cap));
        Assert.Equal(RefusalCode.BudgetExceeded, refusal.Code);
    }

    [Fact]
    public void Of_EveryCode_HasATitleOfItsOwn()
    {
        var codes = Enum.GetValues<RefusalCode>().Except([RefusalCode.None, RefusalCode.Unsigned, RefusalCode.SignedByOthers]).ToList();

        Assert.Equal(codes.Count, codes.Select(RefusalTitles.Of).Distinct().Count());
        Assert.DoesNotContain(RefusalTitles.Of(RefusalCode.None), codes.Select(RefusalTitles.Of));
    }

    [Theory]
    [InlineData("key:k1", true)]
    [InlineData("user:42", true)]
    [InlineData("tenant:t", true)]
    [InlineData("app", false)]
    [InlineData("tier:free", false)]
    [InlineData("network:203.0.113.0/24", false)]
    public void IsOwn_FollowsTheScopesOfTheCaller(string scope, bool expected) => Assert.Equal(expected, LimitRefusal.IsOwn(scope));

    private static Refusal Denied(params LimitDenial[] denials) => LimitRefusal.Of(denials, largestOutputBound: null);
}
