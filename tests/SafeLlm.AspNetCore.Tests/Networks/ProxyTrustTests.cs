using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

public sealed class ProxyTrustTests
{
    [Fact]
    public void TryFind_FromAStranger_IgnoresWhatItForwards()
    {
        var found = Find("198.51.100.7", forwardedFor: "1.2.3.4", host: "evil.example.com", proto: "https", prefix: "/evil");

        Assert.Equal(new PublicAddress("http", "inner:8080", null, IPAddress.Parse("198.51.100.7")), found);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("192.168.4.5")]
    public void TryFind_FromAKnownProxy_TakesWhatItForwards(string peer)
    {
        var found = Find(peer, forwardedFor: "203.0.113.9", host: "api.example.com", proto: "https", prefix: "/llm/");

        Assert.Equal(new PublicAddress("https", "api.example.com", "/llm", IPAddress.Parse("203.0.113.9")), found);
    }

    [Theory]
    [InlineData("203.0.113.9:4711", "203.0.113.9")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("6.6.6.6, 203.0.113.9", "203.0.113.9")]
    public void TryFind_TheNearestForwardedAddress_IsTheCallers(string forwardedFor, string caller) =>
        Assert.Equal(IPAddress.Parse(caller), Find("10.0.0.1", forwardedFor)!.Value.Caller);

    [Fact]
    public void TryFind_ThroughTwoKnownProxies_WalksBothAndNoFurther()
    {
        Assert.Equal(IPAddress.Parse("203.0.113.9"), Find("10.0.0.1", "6.6.6.6, 203.0.113.9, 192.168.1.1", limit: 3)!.Value.Caller);
        Assert.Equal(IPAddress.Parse("203.0.113.9"), Find("10.0.0.1", "6.6.6.6, 203.0.113.9", limit: 3)!.Value.Caller);
    }

    [Fact]
    public void TryFind_WhereThePrefixIsConfigured_TakesNoOther() =>
        Assert.Equal("/llm", Find("10.0.0.1", "203.0.113.9", prefix: "/other", configured: "/llm")!.Value.PathPrefix);

    [Theory]
    [InlineData("unknown", null, null)]
    [InlineData("203.0.113.9", "evil.example.com, api.example.com", null)]
    [InlineData("203.0.113.9", null, "ftp")]
    public void TryFind_WhatNoProxyWrites_IsRefused(string forwardedFor, string? host, string? proto) =>
        Assert.Null(Find("10.0.0.1", forwardedFor, host, proto));

    [Theory]
    [InlineData("api.example.com")]
    [InlineData("API.example.com:443")]
    [InlineData("api.example.com:80")]
    public async Task ASignatureForThePublicAddress_IsVerifiedBehindAProxyThatChangesHostAndPath(string listed)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options =>
            {
                options.KnownProxies.Add("127.0.0.0/8");
                options.PublicAuthorities.Add(listed);
            },
        });
        var request = TestRequest.Chat();
        request.Target = "/llm/v1/chat/completions";
        host.Sign(request.With("host", "api.example.com"));
        request.Target = "/v1/chat/completions";
        request.With("host", null).With("x-forwarded-host", "api.example.com").With("x-forwarded-prefix", "/llm").With("x-forwarded-for", "203.0.113.9");

        Assert.Equal(200, (int)(await host.SendUnsignedAsync(request)).StatusCode);
    }

    private static PublicAddress? Find(string peer, string? forwardedFor = null, string? host = null, string? proto = null, string? prefix = null, int limit = 1, string? configured = null)
    {
        var options = new SafeLlmVerifierOptions { ForwardLimit = limit, PublicPathPrefix = configured };
        options.KnownProxies.Add("10.0.0.1");
        options.KnownProxies.Add("192.168.0.0/16");
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("inner:8080");
        context.Request.Headers["X-Forwarded-For"] = forwardedFor;
        context.Request.Headers["X-Forwarded-Host"] = host;
        context.Request.Headers["X-Forwarded-Proto"] = proto;
        context.Request.Headers["X-Forwarded-Prefix"] = prefix;
        return new ProxyTrust(options).TryFind(context, out var address) is null ? address : null;
    }
}
