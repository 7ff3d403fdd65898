using SafeLlm.Limits;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Calls that a limit has no room for, at the gateway and at the client, and what each may tell about it.</summary>
public sealed class TierLimitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Requests_OverTheTier_AreRefusedWith429AndTheWait(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.RequestsPerMinute = 1, Client = client => client.MaxAttempts = 1 },
        async scene =>
        {
            (await scene.CallAsync(streamed)).Succeeded();

            var refusal = (await scene.CallAsync(streamed)).Failed<RateLimitedException>();

            var problem = scene.Wire.LastProblem!;
            Assert.Equal((429, "rate_limited"), (problem.Status, problem.Code));
            // A rolling minute frees its first bucket up to 1/32 late.
            Assert.InRange(problem.RetryAfter!.Value.TotalSeconds, 60, 62);
            Assert.Equal(problem.RetryAfter, refusal.RetryAfter);
            var limit = Assert.Single(problem.Content.GetProperty("limits").EnumerateArray());
            Assert.Equal("key:" + Scene.KeyId, limit.GetProperty("scope").GetString());
            Assert.Equal("requests", limit.GetProperty("dimension").GetString());
            Assert.Equal((1, 0, 1), (limit.GetProperty("spent").GetInt32(), limit.GetProperty("held").GetInt32(), limit.GetProperty("cap").GetInt32()));
            Assert.Single(scene.Provider.Requests);
            await scene.AssertChargedAsBilledAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Requests_OverTheTier_AreLetInAfterTheWaitThatWasTold(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.RequestsPerMinute = 1 },
        async scene =>
        {
            (await scene.CallAsync(streamed)).Succeeded();
            var before = scene.Time.GetUtcNow();

            Assert.InRange((await scene.CallAsync(streamed)).Succeeded().Attempts, 2, 3);

            Assert.True(scene.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(50));
            await scene.AssertChargedAsBilledAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Tokens_OverTheTier_AreRefusedWith402AndTheBoundThatFits(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.TokensPerDay = 500 },
        scene => OverBudgetAsync(scene, streamed, "tokens"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Dollars_OverTheTier_AreRefusedWith402AndTheBoundThatFits(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.DollarsPerDay = 0.001m },
        scene => OverBudgetAsync(scene, streamed, "dollars"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Dollars_OfTheWholeService_AreRefusedWithoutANumber(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Verifier = verifier => verifier.Limits.Add(Limit.Dollars(0.001m).PerDay()) },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed, bound: 5_000)).Failed<BudgetExceededException>();

            var problem = scene.Wire.LastProblem!;
            Assert.Equal((402, "budget_exceeded"), (problem.Status, problem.Code));
            Assert.False(problem.Has("limits"));
            Assert.False(problem.Has("largest_output_bound"));
            Assert.DoesNotContain("0.001", problem.Content.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("$", problem.Content.GetRawText(), StringComparison.Ordinal);
            Assert.Null(refusal.LargestOutputBound);
            Assert.Empty(scene.Provider.Requests);
            Assert.Equal(0, await scene.ClientSpentAsync());
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Budget_OfTheClient_RefusesBeforeAnythingLeaves(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.Limits.Add(Limit.Dollars(0.001m).PerDay().For("user:42")) },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed, bound: 5_000)).Failed<BudgetExceededException>();

            var denial = Assert.Single(refusal.Denials);
            Assert.Equal(("user:42", 0, 0, 1_000_000), (denial.Limit.Scope, denial.Spent, denial.Held, denial.Free));
            Assert.True(denial.Asked > denial.Free);
            Assert.Null(scene.Wire.LastProblem);
            Assert.Empty(scene.Provider.Requests);

            Assert.InRange(refusal.LargestOutputBound!.Value, 100, 4_999);
            (await scene.CallAsync(streamed, bound: (int)refusal.LargestOutputBound)).Succeeded();
            await scene.AssertChargedAsBilledAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Requests_OverTheClientsOwnLimit_AreRefusedWithTheWait(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.Limits.Add(Limit.Requests(1).PerMinute()) },
        async scene =>
        {
            (await scene.CallAsync(streamed)).Succeeded();

            var refusal = (await scene.CallAsync(streamed)).Failed<RateLimitedException>();

            Assert.InRange(refusal.RetryAfter!.Value.TotalSeconds, 1, 62);
            Assert.Single(scene.Provider.Requests);
            await scene.AssertChargedAsBilledAsync();
        });

    [Fact]
    public Task Stranger_AtAFullTier_LearnsNothingOfIt() => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.DollarsPerDay = 0m, Client = client => client.SigningKey = Secrets.SigningKey("stranger") },
        async scene =>
        {
            Assert.Equal(RefusalCode.SignatureInvalid, (await scene.CallAsync(streamed: false)).Failed<RequestRejectedException>().Code);
            Assert.False(scene.Wire.LastProblem!.Has("limits"));
        });

    private static async Task OverBudgetAsync(Scene scene, bool streamed, string dimension)
    {
        var refusal = (await scene.CallAsync(streamed, bound: 5_000)).Failed<BudgetExceededException>();

        var problem = scene.Wire.LastProblem!;
        Assert.Equal((402, "budget_exceeded"), (problem.Status, problem.Code));
        Assert.Null(problem.RetryAfter);
        var limit = Assert.Single(problem.Content.GetProperty("limits").EnumerateArray());
        Assert.Equal(("key:" + Scene.KeyId, dimension), (limit.GetProperty("scope").GetString(), limit.GetProperty("dimension").GetString()));
        Assert.True(limit.GetProperty("asked").GetDecimal() > limit.GetProperty("free").GetDecimal());
        Assert.Empty(scene.Provider.Requests);
        Assert.Equal(0, await scene.ClientSpentAsync());

        // What the refusal names as the largest bound is let in, and one token more is not.
        var largest = (int)refusal.LargestOutputBound!.Value;
        Assert.Equal(refusal.LargestOutputBound, (await scene.CallAsync(streamed, bound: largest + 1)).Failed<BudgetExceededException>().LargestOutputBound);
        (await scene.CallAsync(streamed, bound: largest)).Succeeded();
        await scene.AssertChargedAsBilledAsync();
    }
}
