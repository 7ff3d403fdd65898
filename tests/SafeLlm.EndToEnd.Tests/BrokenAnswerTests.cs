using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Answers that begin well and do not end so.</summary>
public sealed class BrokenAnswerTests
{
    public static TheoryData<bool> Shapes => [false, true];

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Connection_CutInTheAnswer_IsChargedInFullAndNotRetried(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.CutAfterEvents(4));

        var outcome = await scene.CallAsync(streamed);

        Assert.True(outcome.Failure is IOException or HttpRequestException, $"{outcome.Failure?.ToString() ?? "it ended well"}: {outcome.Text}");
        if (streamed) Assert.Equal($"{Secrets.Answer} Rivers run", outcome.Text);
        Assert.Single(scene.Provider.Requests);
        await AssertHeldAmountIsChargedAsync(scene);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Usage_ThatIsMissing_IsChargedAsHeld(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.MissingUsage());

        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        Assert.False(outcome.Usage!.IsReported);
        Assert.Equal(outcome.Cost.Value, await scene.ClientSpentAsync());
        await AssertHeldAmountIsChargedAsync(scene);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Usage_AboveTheBound_IsChargedInFullAndFlagged(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.UsageAboveBound(by: 1_000));

        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        Assert.Equal(1_100, outcome.Usage!.OutputTokens);
        await scene.AssertChargedAsBilledAsync();
        Assert.Contains("was overrun", scene.Transcript.Text, StringComparison.Ordinal);
        Assert.Contains("used more than was held", scene.Transcript.Text, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    [InlineData(true, 3)]
    public Task Json_ThatIsMalformed_IsAFormatErrorAndChargedAsHeld(bool streamed, int afterEvents) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.MalformedJson(afterEvents));

        (await scene.CallAsync(streamed)).Failed<ResponseFormatException>();

        Assert.Single(scene.Provider.Requests);
        await AssertHeldAmountIsChargedAsync(scene);
    });

    [Fact]
    public Task Overload_AfterTheFirstEvents_IsChargedAsHeldAndNotRetried() => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.OverloadedInStream(afterEvents: 2));

        var outcome = await scene.CallAsync(streamed: true);

        Assert.NotNull(outcome.Failure);
        Assert.Single(scene.Provider.Requests);
        await AssertHeldAmountIsChargedAsync(scene);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task ContentType_ThatIsWrong_StopsNoReader(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.WrongContentType(streamed ? "application/json" : "text/plain"));

        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        Assert.Equal($"{Secrets.Answer} Rivers run to the sea.", outcome.Text);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Page_InsteadOfAnAnswer_IsAFormatError(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.Respond(200, "text/html", $"<html>{Secrets.Answer}</html>"));

        (await scene.CallAsync(streamed)).Failed<ResponseFormatException>();
        await AssertHeldAmountIsChargedAsync(scene);
    });

    // More than the provider bills: the policy is Worst, and nobody knows what was generated.
    private static async Task AssertHeldAmountIsChargedAsync(Scene scene)
    {
        Assert.True(await scene.ClientSpentAsync() > scene.Provider.BilledTotal.Value);
        Assert.True(await scene.GatewaySpentAsync() > scene.Provider.BilledTotal.Value);
    }
}
