using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What a tier's callers share: a pool, and what one network may take of it.</summary>
public sealed class SharedLimitTests
{
    private static readonly Signing.SigningKey Second = TestKeys.Make("k-free-2", "a-second-free-secret-of-32-bytes-!");

    [Fact]
    public async Task APool_IsOneForAllCallersOfTheTierAndTellsNoNumbers()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].Pool = new SafeLlmLimitOptions { RequestsPerMinute = 2 });

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Second)).StatusCode);
        await host.IdleAsync();
        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Second));

        Assert.Equal("rate_limited", problem.Code);
        Assert.False(problem.Has("limits"));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), TestKeys.Pro)).StatusCode);
        Assert.Equal(2, (await host.StateAsync(Limit.Requests(2).PerMinute().For("tier:free"))).Spent);
    }

    [Fact]
    public async Task ANetworksShare_IsCountedByTheForwardedAddress()
    {
        await using var host = await StartAsync(options =>
        {
            options.KnownProxies.Add("127.0.0.1");
            options.Tiers["FREE"].PerNetwork = new SafeLlmLimitOptions { RequestsPerMinute = 1 };
        });

        Assert.Equal(200, await FromAsync("203.0.113.1", TestKeys.Free));
        await host.IdleAsync();
        Assert.Equal(429, await FromAsync("203.0.113.200", Second));
        Assert.Equal(200, await FromAsync("203.0.114.1", Second));
        Assert.Equal(1, (await host.StateAsync(Limit.Requests(1).PerMinute().For("network:203.0.113.0/24"))).Spent);

        async Task<int> FromAsync(string caller, Signing.SigningKey key) =>
            (int)(await host.SendUnsignedAsync(host.Sign(TestRequest.Chat(), key).With("x-forwarded-for", caller))).StatusCode;
    }

    [Fact]
    public async Task ATenantsLimit_IsSharedByItsKeysAndTold()
    {
        await using var host = await StartAsync(options =>
        {
            options.Tiers["FREE"].PerTenant = new SafeLlmLimitOptions { RequestsPerMinute = 2 };
            foreach (var key in options.Keys.Where(key => key.Tier == "FREE")) key.Tenant = "acme";
        });

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        var second = await host.SendAsync(TestRequest.Chat(), Second);
        await host.IdleAsync();
        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));

        Assert.Equal("tenant:acme", Assert.Single(problem.Json.GetProperty("limits").EnumerateArray()).GetProperty("scope").GetString());
        Assert.EndsWith(", \"tenant-requests-per-minute\";q=2;w=60", Header(second, "RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Contains("\"tenant-requests-per-minute\";r=0", Header(second, "RateLimit"), StringComparison.Ordinal);
        Assert.Equal(2, (await host.StateAsync(Limit.Requests(2).PerMinute().For("tenant:acme"))).Spent);
    }

    [Fact]
    public async Task ADevicesLimit_IsSharedByItsKeysAndNotTold()
    {
        await using var host = await StartAsync(options =>
        {
            options.Tiers["FREE"].PerDevice = new SafeLlmLimitOptions { RequestsPerMinute = 1 };
            foreach (var key in options.Keys.Where(key => key.Tier == "FREE")) key.Device = "d1";
        });

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Second));

        Assert.Equal((429, "rate_limited"), (problem.Status, problem.Code));
        Assert.False(problem.Has("limits"));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), TestKeys.Pro)).StatusCode);
    }

    [Fact]
    public async Task RateLimitFields_TellTheCallersOwnLimitsAndWhatIsLeft()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].Pool = new SafeLlmLimitOptions { RequestsPerMinute = 77 });

        var first = await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();
        var second = await host.SendAsync(TestRequest.Chat());

        Assert.Equal(
            "\"requests-per-minute\";q=10;w=60, \"tokens-per-day\";q=10000;w=86400;qu=\"tokens\", \"us-cents-per-day\";q=100;w=86400;qu=\"us-cents\"",
            Header(first, "RateLimit-Policy"));
        Assert.Matches("^\"requests-per-minute\";r=9;t=60, \"tokens-per-day\";r=9[0-9]{3};t=43200, \"us-cents-per-day\";r=99;t=43200$", Header(first, "RateLimit"));
        Assert.StartsWith("\"requests-per-minute\";r=8;t=60", Header(second, "RateLimit"), StringComparison.Ordinal);
        Assert.DoesNotContain("77", Header(first, "RateLimit-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimitFields_OnARefusal_SayThatNothingIsLeft()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].RequestsPerMinute = 1);

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();
        var refused = await host.SendAsync(TestRequest.Chat());

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.StartsWith("\"requests-per-minute\";r=0;t=", Header(refused, "RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimitFields_SwitchedOff_AreAbsent()
    {
        await using var host = await StartAsync(options => options.RateLimitHeaders = false);

        Assert.False((await host.SendAsync(TestRequest.Chat())).Headers.Contains("RateLimit"));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions> options) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = all =>
            {
                all.Keys.Add(TestKeys.Options(Second, "FREE"));
                options(all);
            },
        });
}
