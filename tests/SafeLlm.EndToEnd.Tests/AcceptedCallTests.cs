using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

public sealed class AcceptedCallTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Call_ThatGoesWell_IsChargedOnBothSidesToTheToken(bool streamed) => Scene.PlayAsync(async scene =>
    {
        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        var bill = Assert.Single(scene.Provider.Billed);
        Assert.Equal($"{Secrets.Answer} Rivers run to the sea.", outcome.Text);
        Assert.Equal("stop", outcome.FinishReason);
        Assert.True(outcome.Usage!.IsReported);
        Assert.Equal((bill.InputTokens, bill.OutputTokens), (outcome.Usage.InputTokens, outcome.Usage.OutputTokens));
        Assert.Equal(bill.Cost, outcome.Cost);
        Assert.Equal(1, outcome.Attempts);
        await scene.AssertChargedAsBilledAsync();
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Calls_OneAfterTheOther_AddUpOnBothSides(bool streamed) => Scene.PlayAsync(async scene =>
    {
        for (var i = 0; i < 3; i++) (await scene.CallAsync(streamed, Scene.Prompt($"Number {i}."))).Succeeded();

        Assert.Equal(3, scene.Provider.Billed.Count);
        await scene.AssertChargedAsBilledAsync();
    });

    [Fact]
    public Task Stream_WithoutUsageOfItsOwn_ShowsTheCallerNoneOfOurs() => Scene.PlayAsync(async scene =>
    {
        using var response = await scene.PostAsync(Scene.Body(",\"max_tokens\":50,\"stream\":true"));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("include_usage", Assert.Single(scene.Provider.Requests).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("prompt_tokens", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        await scene.AssertChargedAsBilledAsync();
    });

    [Fact]
    public Task Models_AreListed_AtNoCost() => Scene.PlayAsync(async scene =>
    {
        using var response = await scene.Http.GetAsync("models", TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("GET", Assert.Single(scene.Provider.Requests).Method);
        Assert.Equal(0, await scene.ClientSpentAsync());
        Assert.Equal(0, await scene.GatewaySpentAsync());
    });

    [Fact]
    public Task Call_OnTheWay_IsHeldOnBothSidesUntilItsAnswerHasEnded()
    {
        var gate = new Gate();
        return Scene.PlayAsync(async scene =>
        {
            scene.Provider.Next(Fault.Slow(gate));
            var call = scene.CallAsync(streamed: false);
            await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal(1, await scene.ClientLedger.CountHoldsAsync(TestContext.Current.CancellationToken));
            Assert.Equal(1, await scene.Gateway.Ledger.CountHoldsAsync(TestContext.Current.CancellationToken));
            Assert.Equal(0, await scene.ClientSpentAsync());

            gate.Open();
            (await call).Succeeded();
            await scene.AssertChargedAsBilledAsync();
        });
    }

    [Fact]
    public Task Keys_OfOneSide_NeverReachTheOther() => Scene.PlayAsync(async scene =>
    {
        (await scene.CallAsync(streamed: false)).Succeeded();

        var request = Assert.Single(scene.Provider.Requests);
        Assert.Equal("Bearer " + Secrets.ProviderKey, request.Header("authorization"));
        Assert.Null(request.Header("signature"));
        Assert.Null(request.Header("signature-input"));
    });
}
