using Microsoft.Extensions.Time.Testing;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class OutputHistoryTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Expect_AfterAFewCalls_IsTheirMean()
    {
        var history = new OutputHistory(time);
        Assert.Null(history.Expect("a", "m"));
        history.Add("a", "m", 100);
        history.Add("a", "m", 200);
        Assert.Null(history.Expect("a", "m"));
        history.Add("a", "m", 300);
        Assert.Equal(200, history.Expect("a", "m"));
        Assert.Null(history.Expect("b", "m"));
        Assert.Null(history.Expect("a", "n"));
    }

    [Fact]
    public void Expect_AfterWeeks_HasForgotten()
    {
        var history = new OutputHistory(time);
        for (var call = 0; call < 40; call++) history.Add("a", "m", 1_000);
        time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(1_000, history.Expect("a", "m"));
        for (var call = 0; call < 40; call++) history.Add("a", "m", 10);
        Assert.InRange(history.Expect("a", "m")!.Value, 10, 400);
        time.Advance(TimeSpan.FromDays(60));
        Assert.Null(history.Expect("a", "m"));
    }

    [Fact]
    public void Add_MorePairsThanItsCapacity_KeepsThoseThatAreUsed()
    {
        var history = new OutputHistory(time, 64);
        for (var call = 0; call < 3; call++) history.Add("kept", "m", 7);
        for (var other = 0; other < 10_000; other++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            history.Add($"s{other}", "m", other);
            history.Add("kept", "m", 7);
        }

        Assert.Equal(7, history.Expect("kept", "m"));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(other => history.Expect($"s{other}", "m") is not null), 0, 64);
    }

    [Fact]
    public void Add_FromManyThreads_LosesNothing()
    {
        var history = new OutputHistory(time);
        Parallel.For(0, 10_000, index => history.Add($"s{index % 10}", "m", 50));
        Assert.All(Enumerable.Range(0, 10), scope => Assert.Equal(50, history.Expect($"s{scope}", "m")));
    }

    [Fact]
    public void Quote_OfAScopeThatIsKnown_ExpectsWhatItGaveBeforeAndNeverMoreThanTheBound()
    {
        var quoter = new Quoter(ModelCatalog.Embedded, time);
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-mini", out var model));
        for (var call = 0; call < 5; call++) quoter.Learn("user:1", model, 300);
        var (wide, narrow) = (Calls.User("Hello", more: ""","max_tokens":1000"""), Calls.User("Hello", more: ""","max_tokens":100"""));
        Assert.Equal(300, quoter.Quote(wide, model, EstimateMethod.Counted, "user:1").Output.Expected);
        Assert.Equal(101, quoter.Quote(narrow, model, EstimateMethod.Counted, "user:1").Output.Expected);
        Assert.Equal(250, quoter.Quote(wide, model, EstimateMethod.Counted, "user:2").Output.Expected);
        Assert.Equal(250, quoter.Quote(wide, model, EstimateMethod.Counted).Output.Expected);
    }

    [Fact]
    public void Quote_WithOldPrices_SaysSo()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-mini", out var model));
        time.SetUtcNow(ModelCatalog.Embedded.Date.ToDateTime(default, DateTimeKind.Utc).AddDays(180));
        var quoter = new Quoter(ModelCatalog.Embedded, time);
        var fresh = quoter.Quote(Calls.User("Hello"), model, EstimateMethod.Bytes);
        Assert.Equal(180, fresh.PriceAgeDays);
        Assert.DoesNotContain(fresh.Reasons, reason => reason.Contains("days old", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Contains(quoter.Quote(Calls.User("Hello"), model, EstimateMethod.Bytes).Reasons, reason => reason.Contains("181 days old", StringComparison.Ordinal));
    }
}
