using System.Globalization;
using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Nonces in memory die with their process: what was signed before is not accepted by the next (signing profile, C).</summary>
public sealed class RestartWindowTests
{
    [Fact]
    public async Task ARequestSignedBeforeOrAtTheStart_IsRefusedUntilTheSkewIsOver()
    {
        await using var host = await StartAsync();

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        host.Time.Advance(TimeSpan.FromSeconds(int.Parse(problem.RetryAfter!, CultureInfo.InvariantCulture)));
        var signedAnew = await host.SendAsync(TestRequest.Chat());

        Assert.Equal((503, "restart_window", "6"), (problem.Status, problem.Code, problem.RetryAfter));
        Assert.Equal(200, (int)signedAnew.StatusCode);
    }

    [Fact]
    public async Task AStrangerLearnsNothingOfTheStart()
    {
        await using var host = await StartAsync();

        Assert.Equal("signature_invalid", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger))).Code);
    }

    [Fact]
    public async Task TheSkewOfClients_IsFiveSecondsWhereTheRuleIsAtWork()
    {
        await using var host = await StartAsync();
        var request = host.Sign(TestRequest.Chat());
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(VerifierHost.Start.AddSeconds(7));

        var problem = await Problem.ReadAsync(await host.SendUnsignedAsync(request.Sign(new Signing.RequestSigner(ahead), TestKeys.Free)));

        Assert.Equal("signature_not_yet_valid", problem.Code);
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", false, true)]
    [InlineData("Development", true, false)]
    public async Task TheRule_FollowsEnvironmentAndOption(string environment, bool? refuse, bool isAccepted)
    {
        await using var host = await StartAsync(environment, refuse);

        Assert.Equal(isAccepted ? 200 : 503, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    [Fact]
    public async Task StoresThatOutliveTheProcess_NeedNoRule()
    {
        await using var host = await StartAsync(stores: time => new FaultyStores(InMemoryStoreHostExtensions.InMemory(time)).Stores);

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    private static Task<VerifierHost> StartAsync(string environment = "Production", bool? refuse = null, Func<TimeProvider, SafeLlmStores>? stores = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Environment = environment,
            Options = options => options.RefuseAfterRestart = refuse,
            Stores = stores,
        });
}
