using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Callers that do not wait for the end of their answer. The provider bills it all the same.</summary>
public sealed class LeavingCallerTests
{
    public static TheoryData<bool> Shapes => [false, true];

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Cancellation_BeforeTheAnswer_IsCancellationAndCharged(bool streamed) => Scene.PlayAsync(async scene =>
    {
        var gate = new Gate();
        scene.Provider.Next(Fault.Slow(gate));
        using var leave = new CancellationTokenSource();

        var call = scene.CallAsync(streamed, cancellation: leave.Token);
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await leave.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>((await call).Failure);
        Assert.Single(scene.Provider.Requests);
        Assert.True(await scene.ClientSpentAsync() > 0);
        Assert.True(await scene.GatewaySpentAsync() > 0);
    });

    [Fact]
    public Task Cancellation_InTheMiddleOfAStream_IsCancellationAndCharged() => Scene.PlayAsync(async scene =>
    {
        var gate = new Gate();
        scene.Provider.Next(Fault.Stall(afterEvents: 3, gate));
        using var leave = new CancellationTokenSource();

        var call = scene.CallAsync(streamed: true, cancellation: leave.Token);
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await leave.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>((await call).Failure);
        Assert.True(await scene.ClientSpentAsync() > 0);
        Assert.True(await scene.GatewaySpentAsync() > 0);
    });

    [Fact]
    public Task Cancellation_WhileAWaitForARetryIsOn_EndsItAtOnce() => Scene.PlayAsync(async scene =>
    {
        using var leave = new CancellationTokenSource();
        scene.Provider.When(_ => LeaveAndMatch(leave), Fault.TooManyRequests(TimeSpan.FromSeconds(50)));

        var outcome = await scene.CallAsync(streamed: false, cancellation: leave.Token);

        Assert.IsAssignableFrom<OperationCanceledException>(outcome.Failure);
        Assert.Single(scene.Provider.Requests);
    });

    [Fact]
    public Task Loop_LeftEarly_ChargesTheStream() => Scene.PlayAsync(async scene =>
    {
        await foreach (var update in scene.Client.GetStreamingResponseAsync(Scene.Model, Scene.Prompt(), 100, TestContext.Current.CancellationToken))
        {
            Assert.StartsWith(Secrets.Answer, update.Text, StringComparison.Ordinal);
            break;
        }

        Assert.Equal(0, await scene.ClientLedger.CountHoldsAsync(TestContext.Current.CancellationToken));
        Assert.True(await scene.ClientSpentAsync() > 0);
    });

    [Theory]
    [InlineData(",\"max_tokens\":50")]
    [InlineData(",\"max_tokens\":50,\"stream\":true")]
    public Task Response_DisposedUnread_ChargesTheCall(string more) => Scene.PlayAsync(async scene =>
    {
        using (await scene.PostAsync(Scene.Body(more)))
        {
        }

        Assert.Equal(0, await scene.ClientLedger.CountHoldsAsync(TestContext.Current.CancellationToken));
        Assert.True(await scene.ClientSpentAsync() >= scene.Provider.BilledTotal.Value);
    });

    [Fact]
    public Task Response_DisposedHalfRead_ChargesTheCall()
    {
        var gate = new Gate();
        return Scene.PlayAsync(async scene =>
        {
            scene.Provider.Next(Fault.Stall(afterEvents: 2, gate));
            var response = await scene.PostAsync(Scene.Body(",\"max_tokens\":50,\"stream\":true"));
            var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            Assert.True(await stream.ReadAsync(new byte[64], TestContext.Current.CancellationToken) > 0);
            await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);

            response.Dispose();

            Assert.Equal(0, await scene.ClientLedger.CountHoldsAsync(TestContext.Current.CancellationToken));
            Assert.True(await scene.ClientSpentAsync() > scene.Provider.BilledTotal.Value);
        });
    }

    [Fact]
    public Task Time_OfTheCall_EndsItAndCharges() => Scene.PlayAsync(async scene =>
    {
        var gate = new Gate();
        scene.Provider.Next(Fault.Slow(gate));

        var call = scene.CallAsync(streamed: false);
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);
        scene.Time.Jump(scene.Options.Timeout);

        Assert.IsAssignableFrom<TimeoutException>(Assert.IsAssignableFrom<OperationCanceledException>((await call).Failure).InnerException);
        Assert.True(await scene.ClientSpentAsync() > 0);
    });

    private static bool LeaveAndMatch(CancellationTokenSource leave)
    {
        leave.Cancel();
        return true;
    }
}
