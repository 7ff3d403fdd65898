using SafeLlm.AspNetCore;

namespace SafeLlm.EndToEnd.Tests;

public sealed class OutputBoundTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Bound_AboveTheClientsOwn_IsClampedBeforeItLeaves(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.MaxOutputTokens = 60 },
        async scene =>
        {
            var outcome = (await scene.CallAsync(streamed, bound: 5_000)).Succeeded();

            Assert.Equal(BoundChange.Clamped, outcome.BoundChange);
            Assert.Equal(60, BoundOf(scene));
            await scene.AssertChargedAsBilledAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Bound_AboveTheTiersCap_IsClampedByTheGateway(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.MaxOutputTokens = 40 },
        async scene =>
        {
            var outcome = (await scene.CallAsync(streamed, bound: 5_000)).Succeeded();

            Assert.Equal(BoundChange.None, outcome.BoundChange);
            Assert.Equal(40, BoundOf(scene));
            await scene.AssertChargedAsBilledAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Bound_AboveTheTiersCap_IsRefusedWhereTheTierSaysSo(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => (tier.MaxOutputTokens, tier.OnOverCap) = (40, OverCap.Refuse) },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed, bound: 5_000)).Failed<RequestRejectedException>();

            Assert.Equal(RefusalCode.MemberInvalid, refusal.Code);
            Assert.Equal(40, refusal.Refusal!.LargestOutputBound);
            Assert.Empty(scene.Provider.Requests);
            Assert.Equal(0, await scene.ClientSpentAsync());
        });

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public Task Request_WithoutABound_IsGivenOne(string more) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.DefaultMaxOutputTokens = 70 },
        async scene =>
        {
            using var response = await scene.PostAsync(Scene.Body(more));
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(70, BoundOf(scene));
            await scene.AssertChargedAsBilledAsync();
        });

    [Fact]
    public Task Request_WithoutABound_IsRefusedWhereTheClientSaysSo() => Scene.PlayAsync(
        new SceneSetup { Client = client => client.OnUnbounded = OnUnbounded.Refuse },
        async scene =>
        {
            var refusal = await Assert.ThrowsAsync<RequestRejectedException>(() => scene.PostAsync(Scene.Body("")));

            Assert.Equal(RefusalCode.OutputUnbounded, refusal.Code);
            Assert.Empty(scene.Provider.Requests);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Answer_AtItsBound_EndsForItsLength(bool streamed) => Scene.PlayAsync(async scene =>
    {
        var outcome = (await scene.CallAsync(streamed, bound: 4)).Succeeded();

        Assert.Equal("length", outcome.FinishReason);
        Assert.InRange(outcome.Usage!.OutputTokens, 1, 4);
        await scene.AssertChargedAsBilledAsync();
    });

    private static long BoundOf(Scene scene)
    {
        var json = Assert.Single(scene.Provider.Requests).Json;
        return (json.TryGetProperty("max_completion_tokens", out var bound) ? bound : json.GetProperty("max_tokens")).GetInt64();
    }
}
