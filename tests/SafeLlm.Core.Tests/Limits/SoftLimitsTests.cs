using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Limits;

public sealed class SoftLimitsTests
{
    [Fact]
    public void Limit_InDollarsOverADayOrMore_HasTheArticlesByDefault()
    {
        Limit[] with = [Limit.Dollars(1m).PerDay(), Limit.Dollars(1m).PerMonth(), Limit.Dollars(1m).Per(Window.Rolling(TimeSpan.FromDays(1)))];
        Limit[] without = [Limit.Dollars(1m).PerHour(), Limit.Dollars(1m).Per(Window.Calendar(CalendarUnit.Hour)), Limit.Tokens(1).PerDay(), Limit.ConcurrentCalls(1)];

        Assert.All(with, limit => Assert.Equal([(50, AlertSeverity.Warning), (80, AlertSeverity.Critical), (100, AlertSeverity.Limit)], limit.SoftLimits.Select(soft => (soft.Percent, soft.Severity))));
        Assert.All(without, limit => Assert.Empty(limit.SoftLimits));
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(49, 100, 0)]
    [InlineData(50, 100, 50)]
    [InlineData(79, 100, 50)]
    [InlineData(80, 100, 80)]
    [InlineData(99, 100, 80)]
    [InlineData(100, 100, 100)]
    [InlineData(1_000, 100, 100)]
    [InlineData(1, 3, 0)]
    [InlineData(2, 3, 50)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(long.MaxValue, 1L << 53, 100)]
    [InlineData((1L << 52) - 1, 1L << 53, 0)]
    [InlineData(1L << 52, 1L << 53, 50)]
    public void Reached_IsTheHighestShare_ExactAtEveryAmount(long spent, long cap, int expected) => Assert.Equal(expected, SoftLimits.Article.Reached(spent, cap));

    [Fact]
    public void Shares_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftLimit(0, AlertSeverity.Warning));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftLimit(101, AlertSeverity.Warning));
        Assert.Throws<ArgumentException>(() => new SoftLimit(5, AlertSeverity.Warning, ""));
        Assert.Throws<ArgumentException>(() => SoftLimits.At(5, 5));
        Assert.Throws<ArgumentException>(() => SoftLimits.At(1, 2, 3, 4, 5, 6, 7, 8, 9));
        Assert.Throws<ArgumentException>(() => Limit.ConcurrentCalls(5).WithSoftLimits(SoftLimits.At(50)));
    }

    [Fact]
    public void Limits_WithTheSameShares_AreEqual()
    {
        Assert.Equal(Limit.Tokens(5).PerDay().WithSoftLimits(SoftLimits.At(50, 90)), Limit.Tokens(5).PerDay().WithSoftLimits(SoftLimits.At(90, 50)));
        Assert.NotEqual(Limit.Tokens(5).PerDay().WithSoftLimits(SoftLimits.At(50)), Limit.Tokens(5).PerDay());
    }
}
