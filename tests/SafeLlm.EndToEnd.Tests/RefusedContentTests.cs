using System.Text;
using SafeLlm.Pricing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Requests that are well signed and still not let through.</summary>
public sealed class RefusedContentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Prompt_ThatBreaksTheClientsPolicy_NeverLeaves(bool streamed) => Scene.PlayAsync(async scene =>
    {
        var refusal = (await scene.CallAsync(streamed, Scene.Prompt("\u0001\u202E"))).Failed<RequestRejectedException>();

        Assert.Equal(RefusalCode.PromptRejected, refusal.Code);
        Assert.NotEmpty(refusal.Findings);
        Assert.Empty(scene.Provider.Requests);
        Assert.Null(scene.Wire.LastProblem);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Prompt_ThatBreaksTheTiersPolicy_IsRefusedByTheGateway(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.MaxPromptCharacters = 200 },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed, Scene.Prompt(new string('x', 300)))).Failed<RequestRejectedException>();

            Assert.Equal(RefusalCode.PromptRejected, refusal.Code);
            Assert.Equal(400, scene.Wire.LastProblem!.Status);
            Assert.True(scene.Wire.LastProblem.Has("findings"));
            Assert.Empty(scene.Provider.Requests);
            Assert.Equal(0, await scene.ClientSpentAsync());
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Model_WithoutAPriceAtTheClient_NeverLeaves(bool streamed) => Scene.PlayAsync(async scene =>
    {
        var refusal = (await scene.CallAsync(streamed, model: "nobody-knows-this")).Failed<RequestRejectedException>();

        Assert.Equal((RefusalCode.UnknownModel, "model"), (refusal.Code, refusal.Field));
        Assert.Null(scene.Wire.LastProblem);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Model_WithoutAPriceAtTheGateway_IsRefusedThere(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.Models.Add(new ModelPrice("our-own", 1m, 2m)) },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed, model: "our-own")).Failed<RequestRejectedException>();

            Assert.Equal((RefusalCode.UnknownModel, "model"), (refusal.Code, refusal.Field));
            Assert.Equal(400, scene.Wire.LastProblem!.Status);
            Assert.Empty(scene.Provider.Requests);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Model_OutsideTheTier_IsRefusedByTheGateway(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Tier = tier => tier.Models.Add("gpt-4o-mini") },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed)).Failed<RequestRejectedException>();

            Assert.Equal(RefusalCode.ModelNotAllowed, refusal.Code);
            Assert.Equal(403, scene.Wire.LastProblem!.Status);
            Assert.Empty(scene.Provider.Requests);
        });

    [Fact]
    public Task Route_ThatNoFormatKnows_NeverLeavesTheClient() => Scene.PlayAsync(async scene =>
    {
        var refusal = await Assert.ThrowsAsync<RequestRejectedException>(() => scene.PostAsync(Scene.Body(""), "sorcery"));

        Assert.Equal(RefusalCode.UnknownRoute, refusal.Code);
        Assert.Empty(scene.Provider.Requests);
    });

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public Task Route_ThatNoFormatKnows_IsRefusedByTheGateway(string more) => Scene.PlayAsync(async scene =>
    {
        using var response = await scene.SendSignedAsync(Scene.Body(more), path: "/v1/sorcery");

        Assert.Equal((404, "unknown_route"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
        Assert.Empty(scene.Provider.Requests);
    });

    [Theory]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"model\":\"gpt-4o\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-MARKER-6f1c\"}]}", "json_duplicate_key")]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-MARKER-6f1c\",\"c\\u006fntent\":\"x\"}]}", "json_duplicate_key")]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"Max_Tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-MARKER-6f1c\"}]}", "json_duplicate_key")]
    [InlineData("PROMPT-MARKER-6f1c is no JSON", "json_invalid")]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-MARKER-6f1c\"", "json_invalid")]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"max_tokens\":-5,\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-MARKER-6f1c\"}]}", "member_invalid")]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"max_tokens\":\"PROMPT-MARKER-6f1c\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", "member_invalid")]
    public Task Content_ThatCannotBeReadSafely_IsRefusedOnBothSides(string body, string code) => Scene.PlayAsync(async scene =>
    {
        var refusal = await Assert.ThrowsAsync<RequestRejectedException>(() => scene.PostAsync(body));
        using var response = await scene.SendSignedAsync(body);

        Assert.Equal(code, refusal.Code.Name());
        Assert.Equal((400, code), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
        Assert.Empty(scene.Provider.Requests);
    });

    [Fact]
    public Task Content_NestedTooDeep_IsRefusedOnBothSides() => Scene.PlayAsync(async scene =>
    {
        var body = Scene.Body(",\"max_tokens\":5,\"metadata\":" + new string('[', 500) + new string(']', 500));

        var refusal = await Assert.ThrowsAsync<RequestRejectedException>(() => scene.PostAsync(body));
        using var response = await scene.SendSignedAsync(body);

        Assert.Equal(RefusalCode.JsonDepth, refusal.Code);
        Assert.Equal((400, "json_depth"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
    });

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public Task Content_LargerThanTheGatewayTakes_IsRefusedThere(string more) => Scene.PlayAsync(
        new SceneSetup { Verifier = verifier => verifier.MaxBodyBytes = 2_048 },
        async scene =>
        {
            using var response = await scene.SendSignedAsync(Scene.Body(",\"max_tokens\":5" + more, Scene.Prompt(new string('x', 4_000))));

            Assert.Equal((413, "body_too_large"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
            Assert.Contains("2048", scene.Wire.LastProblem.Detail, StringComparison.Ordinal);
        });

    [Fact]
    public Task Content_LargerThanTheClientTakes_NeverLeaves() => Scene.PlayAsync(
        new SceneSetup { Client = client => client.MaxRequestBytes = 2_048 },
        async scene =>
        {
            var refusal = await Assert.ThrowsAsync<RequestRejectedException>(() => scene.PostAsync(Scene.Body("", Scene.Prompt(new string('x', 4_000)))));

            Assert.Equal(RefusalCode.BodyTooLarge, refusal.Code);
            Assert.Empty(scene.Provider.Requests);
        });

    [Fact]
    public Task Content_OfAnotherType_IsRefusedByTheGateway() => Scene.PlayAsync(async scene =>
    {
        using var response = await scene.SendSignedAsync(Scene.Body(",\"max_tokens\":5"), mediaType: "text/plain");

        Assert.Equal((415, "unsupported_content"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
    });

    [Fact]
    public Task Content_ThatIsNoUtf8_IsRefusedByTheGateway() => Scene.PlayAsync(async scene =>
    {
        var body = Encoding.UTF8.GetBytes(Scene.Body(",\"max_tokens\":5", Scene.Prompt("ä")));
        body[Array.IndexOf(body, (byte)0xC3) + 1] = 0x20;

        using var response = await scene.SendSignedAsync(body);

        Assert.Equal((400, "json_invalid"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
    });
}
