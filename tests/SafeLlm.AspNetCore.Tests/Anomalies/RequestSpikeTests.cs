using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A flood above its tier's rate, nearly all of which is refused unread, is the article's request_spike.</summary>
public sealed class RequestSpikeTests
{
    private readonly ListedAlerts alerts = new();

    // A fifth of the tier's rate is usual, and five times that the most: in five minutes what the tier allows in five.
    public static TheoryData<string, int> MostInFiveMinutes => new() { { "FREE", 50 }, { "PRO", 300 } };

    [Theory]
    [MemberData(nameof(MostInFiveMinutes))]
    public async Task FloodAboveItsTiersRate_IsARequestSpikeAndFreezesTheKey(string tier, int most)
    {
        await using var host = await StartAsync(tier);
        Assert.Equal(200, await CallAsync(host));
        await host.IdleAsync();
        host.Time.Advance(TimeSpan.FromHours(25));

        var (calls, frozen) = await FloodAsync(host, 2 * most);

        Assert.Contains("frozen for a while", frozen, StringComparison.Ordinal);
        // Nonces that share a bit count once: somewhat late, and never early.
        Assert.InRange(calls, most + 1, most + (most / 4));
        var told = await AlertsAsync(host);
        Assert.Equal([AlertKind.Anomaly, AlertKind.KeyFrozen], told.Select(alert => alert.Kind));
        var found = Assert.Single(host.Services.GetRequiredService<IAnomalyList>().Recent).Anomaly;
        Assert.Equal((AnomalyKind.RequestSpike, most + 1L, (long)most), (found.Kind, found.Current, found.Threshold));
    }

    [Fact]
    public async Task FloodOfANewKey_OnlyAlerts()
    {
        await using var host = await StartAsync("FREE");

        var (calls, frozen) = await FloodAsync(host, 200);

        Assert.Equal((200, null), (calls, frozen));
        Assert.Equal(AlertKind.Anomaly, Assert.Single(await AlertsAsync(host)).Kind);
    }

    [Fact]
    public async Task AThousandCopiesOfOneRequest_RaiseNothing()
    {
        await using var host = await StartAsync("FREE");
        Assert.Equal(200, await CallAsync(host));
        host.Time.Advance(TimeSpan.FromHours(25));
        var passed = host.Sign(TestRequest.Chat());
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(passed)).StatusCode);
        while (await CallAsync(host) == 200) ;
        var refused = host.Sign(TestRequest.Chat());

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(429, (int)(await host.SendUnsignedAsync(passed)).StatusCode);
            Assert.Equal(429, (int)(await host.SendUnsignedAsync(refused)).StatusCode);
        }

        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, await CallAsync(host));
        Assert.Empty(await AlertsAsync(host));
    }

    [Fact]
    public async Task RefusedRequestWhoseCopyIsLetThrough_CountsOnce()
    {
        await using var host = await StartAsync("FREE");
        Assert.Equal(200, await CallAsync(host));
        host.Time.Advance(TimeSpan.FromHours(25));
        for (var minute = 0; minute < 2; minute++)
        {
            while (await CallAsync(host) == 200) ;
            List<TestRequest> refused = [];
            for (var i = 0; i < 10; i++)
            {
                refused.Add(host.Sign(TestRequest.Chat()));
                Assert.Equal(429, (int)(await host.SendUnsignedAsync(refused[i])).StatusCode);
            }

            // Whoever captured them sends them once there is room.
            host.Time.Advance(TimeSpan.FromSeconds(63));
            foreach (var request in refused) Assert.Equal(200, (int)(await host.SendUnsignedAsync(request)).StatusCode);
        }

        Assert.Empty(await AlertsAsync(host));
    }

    [Fact]
    public async Task KeyWhoseFreezeIsOver_IsJudgedAnew_AlsoWhereItsFirstCallIsRefusedUnread()
    {
        await using var host = await StartAsync("FREE", tokensPerDay: 500);
        await CallAsync(host);
        host.Time.Advance(TimeSpan.FromHours(25));
        Assert.NotNull((await FloodAsync(host, 100)).Frozen);

        host.Time.Advance(TimeSpan.FromMinutes(15));
        var (calls, _) = await FloodAsync(host, 100);

        Assert.InRange(calls, 51, 60);
    }

    private static async Task<int> CallAsync(VerifierHost host) => (int)(await host.SendAsync(TestRequest.Chat())).StatusCode;

    // How many calls it took until the key was frozen, and what the last was told then.
    private static async Task<(int Calls, string? Frozen)> FloodAsync(VerifierHost host, int calls)
    {
        for (var i = 1; i <= calls; i++)
        {
            var answer = await host.SendAsync(TestRequest.Chat());
            if ((int)answer.StatusCode == 200) continue;
            var problem = await Problem.ReadAsync(answer);
            if (problem.Detail.Contains("frozen", StringComparison.Ordinal)) return (i, problem.Detail);
        }

        return (calls, null);
    }

    private Task<VerifierHost> StartAsync(string tier, long? tokensPerDay = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = verifier =>
            {
                verifier.Keys[0].Tier = tier;
                if (tokensPerDay is { } tokens) verifier.Tiers[tier].TokensPerDay = tokens;
            },
            Services = services => services.AddSingleton<IAlertSink>(alerts),
        });

    private async Task<IReadOnlyList<Alert>> AlertsAsync(VerifierHost host)
    {
        await host.IdleAsync();
        await AlertDelivery.Of(host.Stores.Outbox!, host.Time).DeliverAsync(TestContext.Current.CancellationToken);
        return alerts.Take();
    }
}
