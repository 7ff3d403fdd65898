using System.Text;
using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>The compatibility profile seed-v0 at the door: off by default, bound to endpoints, with an end.</summary>
public sealed class SeedTests
{
    private static readonly SigningKey Old = SigningKey.Seed("client_123", "sk_test_3f9c0e7b2a6d4c11");
    private static readonly DateTimeOffset Until = VerifierHost.Start.AddDays(30);

    [Fact]
    public async Task Request_OfAnOldClient_IsAnsweredWithItsSunset()
    {
        await using var host = await StartAsync();
        var answer = await host.SendUnsignedAsync(Sign(host));

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(Until.ToString("R"), answer.Headers.GetValues("Sunset").Single());
        Assert.Contains("A call of the key client_123 was signed by seed-v0.", host.Log.All, StringComparison.Ordinal);
        await host.IdleAsync();
        Assert.Equal(1, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:client_123"))).Spent);
    }

    [Fact]
    public async Task Copy_OfARequest_IsReplayed()
    {
        await using var host = await StartAsync();
        var request = Sign(host);
        await host.SendUnsignedAsync(request);

        Assert.Equal((401, "signature_replayed"), await CodeAsync(host, request));
        host.Time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal((401, "signature_replayed"), await CodeAsync(host, request));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((401, "signature_expired"), await CodeAsync(host, request));
    }

    [Fact]
    public async Task Profile_ThatIsOff_IsNoSignature()
    {
        await using var host = await StartAsync(isOn: false);
        Assert.Equal((401, "signature_required"), await CodeAsync(host, Sign(host)));
    }

    [Fact]
    public async Task Profile_PastItsEnd_IsNoSignature()
    {
        await using var host = await StartAsync();
        host.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal((401, "signature_required"), await CodeAsync(host, Sign(host)));
    }

    [Fact]
    public async Task Attack39_SignedByBothProfiles_IsRefused()
    {
        await using var host = await StartAsync();
        Assert.Equal((400, "signature_malformed"), await CodeAsync(host, host.Sign(Sign(host))));
    }

    /// <summary>Anybody on the way can add a header.</summary>
    [Fact]
    public async Task Request_SignedByTheProfile_PassesWithATimestampThatSomebodyAdded()
    {
        await using var host = await StartAsync();
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(host.Sign(TestRequest.Chat()).With("x-timestamp", "1763884805"))).StatusCode);
        Assert.Equal((401, "signature_required"), await CodeAsync(host, TestRequest.Chat().With("x-timestamp", "1763884805")));
    }

    [Fact]
    public async Task Forged_IsAnsweredAlikeWhetherTheKeyExists()
    {
        await using var host = await StartAsync();
        var forged = Sign(host).With("x-signature", new string('a', 64));
        Assert.Equal((401, "signature_invalid"), await CodeAsync(host, forged));
        Assert.Equal((401, "signature_invalid"), await CodeAsync(host, forged.With("x-api-key", "client_999")));
    }

    [Fact]
    public async Task WhatIsNotSigned_IsRefused()
    {
        await using var host = await StartAsync();
        var query = Sign(host);
        query.Target += "?model=o3";
        Assert.Equal((401, "signature_coverage"), await CodeAsync(host, query));
        var elsewhere = Sign(host);
        elsewhere.Target = "/v1/other";
        Assert.Equal((401, "signature_coverage"), await CodeAsync(host, elsewhere));
    }

    [Fact]
    public async Task ContentWithAMemberTwice_IsRefusedThoughItsMacIsGood()
    {
        await using var host = await StartAsync();
        var request = Sign(host, """{"model":"gpt-4o-mini","max_tokens":5,"messages":[]}""");
        request.Body = Encoding.UTF8.GetBytes("""{"model":"gpt-4o-mini","max_tokens":100000,"max_tokens":5,"messages":[]}""");
        Assert.Equal((400, "json_duplicate_key"), await CodeAsync(host, request));
    }

    [Fact]
    public async Task CallerWithoutRoom_IsToldOnlyOnceItIsProved()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 10; i++) await host.SendUnsignedAsync(Sign(host, Chats.Request($"prompt {i}")));
        Assert.Equal((429, "rate_limited"), await CodeAsync(host, Sign(host, Chats.Request("one more"))));
        Assert.Equal((401, "signature_invalid"), await CodeAsync(host, Sign(host).With("x-signature", new string('a', 64))));
    }

    private static async Task<(int, string)> CodeAsync(VerifierHost host, TestRequest request)
    {
        var problem = await Problem.ReadAsync(await host.SendUnsignedAsync(request));
        return (problem.Status, problem.Code);
    }

    private static TestRequest Sign(VerifierHost host, string? body = null, TimeSpan ahead = default)
    {
        var request = TestRequest.Chat(body);
        var headers = SeedSignature.Sign(request.Body, Old, host.Time.GetUtcNow() + ahead);
        return request.With("x-api-key", headers.ApiKey).With("x-timestamp", headers.Timestamp).With("x-signature", headers.Signature);
    }

    [Fact]
    public async Task RequestOfAClientWhoseClockIsAhead_SentAgainAfterARestart_IsRefused()
    {
        // Nobody can tell whether the process before this one accepted it.
        await using var host = await StartAsync(refusesAfterRestart: true);

        Assert.Equal((503, "restart_window"), await CodeAsync(host, Sign(host, ahead: TimeSpan.FromSeconds(200))));
        host.Time.Advance(TimeSpan.FromSeconds(306));
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(Sign(host))).StatusCode);
    }

    private static Task<VerifierHost> StartAsync(bool isOn = true, bool refusesAfterRestart = false) => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm();
        app.MapPost("/v1/other", () => Chats.Json(Chats.Answer())).RequireSafeLlm();
    })
    {
        Options = options =>
        {
            options.RefuseAfterRestart = refusesAfterRestart;
            if (!isOn) return;
            options.AcceptSeedUntil = Until;
            var key = new SafeLlmKeyOptions { KeyId = "client_123", Secret = "sk_test_3f9c0e7b2a6d4c11", Profile = SignatureProfile.SeedV0, Tier = "FREE" };
            key.Endpoints.Add("/v1/chat/completions");
            options.Keys.Add(key);
        },
    });
}
