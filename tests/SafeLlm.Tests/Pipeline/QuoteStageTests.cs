using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;
using SafeLlm.Validation;

namespace SafeLlm.Tests.Pipeline;

public sealed class QuoteStageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quote_AfterAFewCallsOfAScope_ExpectsWhatTheyGave()
    {
        var world = new World();
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 10, 40);
        var client = world.Client();
        using (SafeLlmScope.Begin("user:1"))
        {
            for (var call = 0; call < 4; call++) await client.GetResponseAsync(World.Model, "Say hello.", maxOutputTokens: 1_000, cancellationToken: Cancel);
            Assert.Equal(40, (await client.QuoteAsync(World.Model, "Say hello.", 1_000, Cancel)).Output.Expected);
        }

        using (SafeLlmScope.Begin("user:2"))
        {
            Assert.Equal(250, (await client.QuoteAsync(World.Model, "Say hello.", 1_000, Cancel)).Output.Expected);
        }
    }

    [Fact]
    public async Task Send_WithOldPrices_IsToldOnce()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Time.Advance(TimeSpan.FromDays(200));
        for (var call = 0; call < 2; call++)
        {
            using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        }

        Assert.Single(world.Log.GetSnapshot(), record => record.Id.Id == 1006);
    }

    [Fact]
    public async Task Send_PromptThatAServiceRefuses_DoesNotLeave()
    {
        var world = new World();
        world.Options.PromptPolicy = PromptPolicy.Default.With(PromptRule.ForAsync("moderation", async (facts, cancellationToken) =>
        {
            await Task.Yield();
            return [new PromptFinding("moderation", PromptSeverity.Refuse, "The moderation service refuses the prompt.")];
        }));
        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));
        Assert.Equal(RefusalCode.PromptRejected, refused.Code);
        Assert.Empty(world.Provider.Requests);
    }
}
