using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

/// <summary>Each attempt is one line of the journal, whatever became of it.</summary>
public sealed class JournalTests
{
    private static readonly Limit Daily = Limit.Dollars(1).PerDay();
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_IsOneLineWithQuoteAndUsage()
    {
        var world = new World().With(Daily);
        world.Options.Limits.Add(Limit.Tokens(100_000).PerHour());
        world.Options.Limits.Add(Limit.Requests(100).PerHour().For("user:42"));
        world.Provider.Then(Answers.Whole("Hello!", 12, 7));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        var line = Assert.Single(await world.LinesAsync());
        Assert.Equal(("call1.1", "call1", JournalOutcome.Reported, World.Model), (line.Id, line.CallId, line.Outcome, line.Model));
        Assert.Equal(["app", "user:42"], line.Scopes);
        Assert.Equal(new Amounts(12, 7, Quoter.Cost(World.Price, new Formats.BillableUsage(12, 0, 0, 7))), line.Actual);
        Assert.InRange(line.Quoted!.Value.OutputTokens, 100, 110);
        Assert.InRange(line.Expected!.Value.Value, 1, line.Quoted.Value.Cost.Value);
        Assert.Equal(ModelCatalog.Embedded.Hash, line.CatalogHash);
        Assert.Equal(world.Time.GetUtcNow(), line.At);
        Assert.False(line.IsOverrun);
    }

    [Fact]
    public async Task Answer_WithoutAnyLimit_IsALineToo()
    {
        var world = new World();

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(JournalOutcome.Reported, Assert.Single(await world.LinesAsync()).Outcome);
    }

    [Fact]
    public async Task Answer_WithoutUsage_IsALineByPolicy()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel")));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await response.Content.ReadAsStringAsync(Cancel);

        var line = Assert.Single(await world.LinesAsync());
        Assert.Equal((JournalOutcome.ByPolicy, line.Quoted), (line.Outcome, line.Actual));
    }

    [Fact]
    public async Task Overrun_IsFlaggedInItsLine()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Whole("Hello!", 12, 700));

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: 100)), Cancel);

        Assert.True(Assert.Single(await world.LinesAsync()).IsOverrun);
    }

    [Fact]
    public async Task Attempts_OfOneCall_AreALineEach()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded")).Then(Answers.Error(500, "server_error"));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        var lines = await world.LinesAsync();
        Assert.Equal(["call1.1", "call1.2", "call1.3"], lines.Select(line => line.Id));
        Assert.Equal([JournalOutcome.Unbilled, JournalOutcome.ByPolicy, JournalOutcome.Reported], lines.Select(line => line.Outcome));
        Assert.All(lines, line => Assert.Equal("call1", line.CallId));
        Assert.Equal(0, lines[0].Actual!.Value.Cost.Value);
        Assert.Equal(lines[1].Quoted, lines[1].Actual);
        Assert.Equal((await world.StateAsync()).Spent, lines.Sum(line => line.Actual!.Value.Cost.Value));
    }

    [Fact]
    public async Task Attempt_ThatNeverConnected_IsALineOfNothing()
    {
        var world = new World().With(Daily);
        world.Options.MaxAttempts = 1;
        world.Provider.Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        var line = Assert.Single(await world.LinesAsync());
        Assert.Equal((JournalOutcome.NotSent, new Amounts(0, 0, NanoUsd.Zero, 0)), (line.Outcome, line.Actual!.Value));
    }

    [Fact]
    public async Task Refusal_IsNoAttempt()
    {
        var world = new World().With(Limit.Dollars(0).PerDay());

        await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Empty(await world.LinesAsync());
    }
}
