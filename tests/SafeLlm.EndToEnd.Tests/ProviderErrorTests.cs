using System.Net;
using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>A provider that refuses, fails or hangs up before it answers.</summary>
public sealed class ProviderErrorTests
{
    public static TheoryData<bool> Shapes => [false, true];

    public static TheoryData<string, bool> Unbilled => new MatrixTheoryData<string, bool>(["429", "429-ms", "503"], [false, true]);

    public static TheoryData<string, bool> PossiblyBilled => new MatrixTheoryData<string, bool>(["500", "500-billed", "cut"], [false, true]);

    [Theory]
    [MemberData(nameof(Unbilled))]
    public Task Failure_ThatNobodyBills_IsRetriedAsToldAndCostsNothing(string failure, bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(FaultOf(failure).Times(2));
        var before = scene.Time.GetUtcNow();

        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        Assert.Equal(3, outcome.Attempts);
        Assert.Equal(3, scene.Provider.Requests.Count);
        Assert.True(scene.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(failure == "503" ? 0.5 : 6));
        Assert.Equal(scene.Provider.BilledTotal, outcome.Cost);
        await scene.AssertChargedAsBilledAsync();
    });

    [Theory]
    [MemberData(nameof(Unbilled))]
    public Task Failure_ThatDoesNotPass_IsGivenUpAfterThreeAttempts(string failure, bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(FaultOf(failure).Times(3));

        var outcome = await scene.CallAsync(streamed);

        if (failure == "503") Assert.Equal(HttpStatusCode.ServiceUnavailable, outcome.Failed<HttpRequestException>().StatusCode);
        else Assert.Equal(TimeSpan.FromSeconds(3), outcome.Failed<RateLimitedException>().RetryAfter);
        Assert.Equal(3, scene.Provider.Requests.Count);
        Assert.Equal(0, await scene.ClientSpentAsync());
        Assert.Equal(0, await scene.GatewaySpentAsync());
    });

    [Theory]
    [MemberData(nameof(PossiblyBilled))]
    public Task Failure_ThatMayBeBilled_IsRetriedAndChargedAsIfItWere(string failure, bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(FaultOf(failure));

        var outcome = (await scene.CallAsync(streamed)).Succeeded();

        Assert.Equal(2, outcome.Attempts);
        Assert.True(outcome.Cost > scene.Provider.Billed[^1].Cost);
        Assert.Equal(outcome.Cost.Value, await scene.ClientSpentAsync());
    });

    [Theory]
    [MemberData(nameof(PossiblyBilled))]
    public Task Failure_ThatMayBeBilledAndDoesNotPass_ChargesEveryAttempt(string failure, bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(FaultOf(failure).Times(3));

        var outcome = await scene.CallAsync(streamed);

        Assert.Equal(failure == "cut" ? HttpStatusCode.BadGateway : HttpStatusCode.InternalServerError, outcome.Failed<HttpRequestException>().StatusCode);
        Assert.Equal(3, scene.Provider.Requests.Count);
        Assert.True(await scene.ClientSpentAsync() > 0);
        Assert.True(await scene.GatewaySpentAsync() > 0);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Quota_ThatIsUsedUp_IsNotTriedAgain(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.InsufficientQuota());

        Assert.Contains("insufficient_quota", (await scene.CallAsync(streamed)).Failed<RateLimitedException>().Message, StringComparison.Ordinal);
        Assert.Single(scene.Provider.Requests);
        Assert.Equal(0, await scene.ClientSpentAsync());
        Assert.Equal(0, await scene.GatewaySpentAsync());
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Wait_LongerThanTheCap_EndsTheCallWithTheTime(bool streamed) => Scene.PlayAsync(async scene =>
    {
        scene.Provider.Next(Fault.TooManyRequests(TimeSpan.FromMinutes(20)));

        Assert.Equal(TimeSpan.FromMinutes(20), (await scene.CallAsync(streamed)).Failed<RateLimitedException>().RetryAfter);
        Assert.Single(scene.Provider.Requests);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Attempt_AfterOneThatMayBeBilled_IsNotSentWithoutRoomForBoth(bool streamed) => Scene.PlayAsync(
        new SceneSetup { Client = client => client.Limits.Add(Limits.Limit.Tokens(250).PerDay().For("user:42")) },
        async scene =>
        {
            scene.Provider.Next(Fault.ServerError().Billed());

            (await scene.CallAsync(streamed, bound: 150)).Failed<BudgetExceededException>();

            Assert.Single(scene.Provider.Requests);
        });

    private static Fault FaultOf(string failure) => failure switch
    {
        "429" => Fault.TooManyRequests(retryAfter: TimeSpan.FromSeconds(3)),
        "429-ms" => Fault.TooManyRequests(retryAfterMs: TimeSpan.FromSeconds(3)),
        "503" => Fault.ServiceUnavailable(),
        "500" => Fault.ServerError(),
        "500-billed" => Fault.ServerError().Billed(),
        "cut" => Fault.CutBeforeAnyByte(),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "No such failure."),
    };
}
