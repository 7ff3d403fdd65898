using SafeLlm.Limits;

namespace SafeLlm.Tests.Limits;

public sealed class WindowNameTests
{
    [Theory]
    [InlineData("hour@UTC")]
    [InlineData("day@Europe/Berlin")]
    [InlineData("week-monday@UTC")]
    [InlineData("week-sunday@America/New_York")]
    [InlineData("month@UTC")]
    [InlineData("rolling@00:01:00")]
    [InlineData("rolling@7.00:00:00")]
    [InlineData("rolling@00:00:07.3010000")]
    public void Name_OfAWindow_IsReadBack(string name)
    {
        var window = Window.Parse(name);

        Assert.Equal(name, window.Name);
        Assert.Equal(window, Window.Parse(window.Name));
    }

    [Theory]
    [InlineData("day", "day@UTC")]
    [InlineData("week", "week-monday@UTC")]
    [InlineData("DAY@Europe/Berlin", "day@Europe/Berlin")]
    public void Name_ThatIsShort_MeansTheUsual(string name, string whole) => Assert.Equal(whole, Window.Parse(name).Name);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("year@UTC")]
    [InlineData("day-monday@UTC")]
    [InlineData("week-someday@UTC")]
    [InlineData("day@Nowhere/Land")]
    [InlineData("rolling")]
    [InlineData("rolling@an hour")]
    public void Name_OfNoWindow_IsRefused(string name) => Assert.Throws<FormatException>(() => Window.Parse(name));

    [Fact]
    public void CounterName_IsTheSame_ExactlyWhereTheCounterIs()
    {
        Limit[] limits =
        [
            Limit.Tokens(1).PerDay(), Limit.Tokens(2).PerDay(), Limit.InputTokens(1).PerDay(), Limit.Tokens(1).PerMonth(), Limit.Tokens(1).PerHour(),
            Limit.Tokens(1).PerDay().For("user:1"), Limit.ConcurrentCalls(1), Limit.Tokens(1).Per(Window.Calendar(CalendarUnit.Week, firstDay: DayOfWeek.Sunday)), Limit.Tokens(1).PerWeek(),
        ];

        Assert.All(limits, one => Assert.All(limits, other => Assert.Equal(one.SharesCounterWith(other), one.CounterName == other.CounterName)));
    }

    [Fact]
    public void Limit_OfItsParts_IsTheSameLimit()
    {
        var limit = Limit.Dollars(10m).PerDay().For("user:1");

        Assert.Equal(limit, Limit.Of(limit.Scope, limit.Dimension, Window.Parse(limit.Window!.Name), limit.Cap));
        Assert.Throws<ArgumentException>(() => Limit.Of("app", Dimension.ConcurrentCalls, limit.Window, 1));
        Assert.Throws<ArgumentException>(() => Limit.Of("app", Dimension.Tokens, null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Limit.Of("app", (Dimension)99, limit.Window, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Limit.Of("app", Dimension.Tokens, limit.Window, -1));
    }
}
