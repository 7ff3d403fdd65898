using System.Net;
using Microsoft.AspNetCore.Builder;

namespace SafeLlm.AspNetCore.Tests;

public sealed class LockOutsTests
{
    private static readonly DateTimeOffset Now = VerifierHost.Start;

    [Fact]
    public void Fail_UpToTheRate_IsAnsweredAsUsual()
    {
        var lockOuts = Make(perMinute: 5);

        Assert.All(Enumerable.Range(0, 60), second => Assert.Null(lockOuts.Fail(IPAddress.Parse("203.0.113.1"), Now.AddSeconds(second * 12))));
    }

    [Fact]
    public void Fail_OverTheRate_MakesTheWholeNetworkWaitAndNoOther()
    {
        var lockOuts = Make(perMinute: 5);
        for (var i = 0; i < 6; i++) lockOuts.Fail(IPAddress.Parse($"203.0.113.{i}"), Now);

        Assert.Equal(Now.AddSeconds(1), lockOuts.Fail(IPAddress.Parse("203.0.113.200"), Now));
        Assert.Null(lockOuts.Fail(IPAddress.Parse("203.0.114.1"), Now));
    }

    [Fact]
    public void Fail_AgainAndAgain_WaitsTwiceAsLongUpToTheLongest()
    {
        var lockOuts = Make(perMinute: 1, longest: 10);
        var caller = IPAddress.Parse("203.0.113.1");
        var now = Now;
        var waits = new List<double>();
        while (waits.Count < 6)
        {
            if (lockOuts.Fail(caller, now) is not { } until) continue;
            waits.Add((until - now).TotalSeconds);
            now = until;
        }

        Assert.Equal([1, 2, 4, 8, 10, 10], waits);
    }

    [Fact]
    public void Fail_ThatNeverPauses_WaitsLongerHoweverLongItWaitsAlready()
    {
        var lockOuts = Make(perMinute: 1, longest: 3_600);
        var (now, longest) = (Now, TimeSpan.Zero);
        for (var i = 0; i < 60; i++)
        {
            if (lockOuts.Fail(IPAddress.Parse("203.0.113.1"), now) is not { } until) continue;
            longest = until - now > longest ? until - now : longest;
            now = until;
        }

        Assert.Equal(TimeSpan.FromHours(1), longest);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.200", "203.0.114.1")]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:2::9", "2001:db8:9:2::9")]
    public void Locked_TellsANetworkThatAnotherProcessCanImpose(string caller, string neighbour, string stranger)
    {
        var told = new List<(string Network, DateTimeOffset Until)>();
        var lockOuts = Make(perMinute: 1);
        lockOuts.Locked = (scope, until) => told.Add((scope["network:".Length..], until));
        for (var i = 0; told.Count == 0; i++) lockOuts.Fail(IPAddress.Parse(caller), Now.AddSeconds(i));
        var (network, until) = told[0];
        var other = Make(perMinute: 1);
        other.Impose(network, until, until.AddSeconds(-2));

        Assert.Equal(until, other.Fail(IPAddress.Parse(neighbour), until.AddSeconds(-1)));
        Assert.Null(other.Fail(IPAddress.Parse(stranger), until.AddSeconds(-1)));
        Assert.Null(other.Fail(IPAddress.Parse(neighbour), until));
    }

    [Fact]
    public void Locked_ForAHolderOfManyNetworks_TellsTheWiderOneAndNotEachOfItsParts()
    {
        var told = new List<string>();
        var lockOuts = Make(perMinute: 1);
        lockOuts.Locked = (scope, _) => told.Add(scope);
        for (var second = 0; second < 300; second++)
        {
            for (var part = 0; part < 256; part++) lockOuts.Fail(IPAddress.Parse($"2001:db8:1:{((second * 37) + part) % 256:x2}00::7"), Now.AddSeconds(second));
        }

        Assert.Equal(["network:2001:db8:1::/48"], told.Distinct());
    }

    [Fact]
    public void Impose_WhatIsNoNetwork_ChangesNothing()
    {
        var lockOuts = Make(perMinute: 1);
        lockOuts.Impose("local", Now.AddHours(1), Now);
        lockOuts.Impose("203.0.113.0/99", Now.AddHours(1), Now);

        Assert.Null(lockOuts.Fail(IPAddress.Parse("203.0.113.1"), Now));
    }

    [Fact]
    public void Fail_AfterACalm_StartsAnew()
    {
        var lockOuts = Make(perMinute: 1);
        var caller = IPAddress.Parse("203.0.113.1");
        for (var i = 0; i < 50; i++) lockOuts.Fail(caller, Now.AddSeconds(i));
        var later = Now.AddMinutes(20);

        Assert.Null(lockOuts.Fail(caller, later));
        Assert.Null(lockOuts.Fail(caller, later));
        Assert.Equal(later.AddSeconds(1), lockOuts.Fail(caller, later));
    }

    [Fact]
    public void Fail_FromManyNetworksOfOneHolder_IsSlowedByTheWiderNetwork()
    {
        var lockOuts = Make(perMinute: 5);
        var slowed = Enumerable.Range(0, 1000).Count(i => lockOuts.Fail(IPAddress.Parse($"2001:db8:1:{i:x}::1"), Now) is not null);

        Assert.InRange(slowed, 800, 1000);
    }

    [Fact]
    public void Fail_UnderSpoofedVariety_KeepsTheLoudestNetworkLocked()
    {
        var lockOuts = Make(perMinute: 5, longest: 60);
        var loud = IPAddress.Parse("203.0.113.1");
        var now = Now;
        DateTimeOffset? until = null;
        while (until is null || until - now < TimeSpan.FromSeconds(60))
        {
            until = lockOuts.Fail(loud, now);
            if (until is { } end && end - now < TimeSpan.FromSeconds(60)) now = end;
        }

        for (var i = 0; i < 200_000; i++) lockOuts.Fail(new IPAddress([(byte)(i >> 16), (byte)(i >> 8), (byte)i, 1]), now);

        Assert.NotNull(lockOuts.Fail(loud, now));
    }

    [Fact]
    public async Task ALockedNetwork_GetsOneAnswerForEveryFailureAndItsGoodSignaturesStillPass()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options =>
            {
                options.LockOut.FailuresPerMinute = 3;
                options.Keys[1].RevokedAt = VerifierHost.Start;
            },
        });
        for (var i = 0; i < 4; i++) Assert.Equal(401, (int)(await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger)).StatusCode);

        var unknown = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger));
        var revoked = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Pro));

        Assert.Equal((429, "rate_limited", "1"), (unknown.Status, unknown.Code, unknown.RetryAfter));
        Assert.Equal((429, unknown.Detail, "1"), (revoked.Status, revoked.Detail, revoked.RetryAfter));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void Name_OfAnAddress_IsItsNetwork(string address, string name) => Assert.Equal(name, CallerNetwork.Name(IPAddress.Parse(address)));

    private static LockOuts Make(int perMinute, int longest = 60) =>
        new(new SafeLlmLockOutOptions { FailuresPerMinute = perMinute, LongestWait = TimeSpan.FromSeconds(longest) });
}
