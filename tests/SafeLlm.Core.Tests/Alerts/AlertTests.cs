using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Alerts;

public sealed class AlertTests
{
    private static readonly DateTimeOffset Now = new(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("hour", 50, "50% of hourly budget consumed")]
    [InlineData("day", 50, "50% of daily budget consumed")]
    [InlineData("day", 80, "80% of daily budget consumed")]
    [InlineData("day", 100, "Daily budget exhausted")]
    [InlineData("week-monday", 80, "80% of weekly budget consumed")]
    [InlineData("month", 100, "Monthly budget exhausted")]
    [InlineData("rolling@01:00:00", 50, "50% of rolling (1:00:00) budget consumed")]
    public void Share_OfABudget_IsToldInTheArticlesWords(string window, int percent, string expected)
    {
        var limit = Limit.Dollars(10m).Per(Window.Parse(window));

        Assert.Equal(expected, Alert.OfShare(limit, new SoftLimit(percent, AlertSeverity.Warning), Now, 5, Now).Message);
    }

    [Fact]
    public void Share_OfTokensAndRequests_SaysWhatIsCounted()
    {
        var soft = new SoftLimit(50, AlertSeverity.Warning);

        Assert.Equal("50% of daily token limit consumed", Alert.OfShare(Limit.Tokens(10).PerDay(), soft, Now, 5, Now).Message);
        Assert.Equal("50% of daily request limit consumed", Alert.OfShare(Limit.Requests(10).PerDay(), soft, Now, 5, Now).Message);
    }

    [Fact]
    public void Share_HasOneId_ForItsCounterWindowAndPercent()
    {
        var limit = Limit.Dollars(10m).PerDay().For("user:42");
        var soft = new SoftLimit(50, AlertSeverity.Warning);
        var id = Alert.OfShare(limit, soft, Now, 5, Now).Id;

        Assert.Equal(id, Alert.OfShare(limit.WithCap(7), new SoftLimit(50, AlertSeverity.Limit, "Otherwise."), Now, 6, Now.AddHours(1)).Id);
        Assert.Equal(32, id.Length);
        Assert.Distinct(
        [
            id,
            Alert.OfShare(limit.For("user:43"), soft, Now, 5, Now).Id,
            Alert.OfShare(limit, soft, Now.AddDays(1), 5, Now).Id,
            Alert.OfShare(limit, new SoftLimit(51, AlertSeverity.Warning), Now, 5, Now).Id,
            Alert.OfShare(Limit.Tokens(10).PerDay().For("user:42"), soft, Now, 5, Now).Id,
            Alert.OfShare(Limit.Dollars(10m).PerMonth().For("user:42"), soft, Now, 5, Now).Id,
        ]);
    }

    [Fact]
    public void Alert_ForPeople_IsOneLineInDollars()
    {
        var limit = Limit.Dollars(10m).PerDay().For("user:42");

        Assert.Equal("50% of daily budget consumed (user:42: $5.00 of $10.00)", Alert.OfShare(limit, limit.SoftLimits[0], Now, 5_000_000_000, Now).Describe());
        Assert.Equal("The store does not answer.", new Alert("a", AlertKind.StoreFailure, AlertSeverity.Limit, "The store does not answer.", Now).Describe());
        Assert.Equal("API key expires (key:k: 7)", new Alert("a", AlertKind.KeyExpiry, AlertSeverity.Warning, "API key expires", Now) { Scope = "key:k", Current = 7 }.Describe());
    }
}
