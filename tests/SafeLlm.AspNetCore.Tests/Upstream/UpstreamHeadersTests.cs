using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SafeLlm.AspNetCore.Tests;

public sealed class UpstreamHeadersTests
{
    private Dictionary<string, string> received = [];

    [Theory]
    [InlineData("Authorization")]
    [InlineData("x-api-key")]
    [InlineData("api-key")]
    [InlineData("Cookie")]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-safellm-user")]
    [InlineData("OpenAI-Organization")]
    [InlineData("Idempotency-Key")]
    [InlineData("Upgrade")]
    [InlineData("X-Anything-Else")]
    public async Task Request_WhatIsTheCallers_DoesNotGoUpstream(string header)
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat().With(header, "for=192.0.2.1"))).StatusCode);

        Assert.DoesNotContain(header, received.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(received.Keys, name => name.StartsWith("Signature", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("Content-Digest", received.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Request_WhatAModelsApiNeeds_GoesUpstream()
    {
        await using var host = await StartAsync("x-more");

        var request = host.Sign(TestRequest.Chat().With("anthropic-version", "2023-06-01").With("x-more", "1"), covered: ["x-more"]);
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(request)).StatusCode);

        Assert.Equal(("application/json", "2023-06-01", "1"), (received["Content-Type"], received["anthropic-version"], received["X-More"]));
    }

    /// <summary>Whoever stands on the way may neither switch a beta on that costs more nor set what the endpoint's owner lets through.</summary>
    [Theory]
    [InlineData("anthropic-beta")]
    [InlineData("anthropic-version")]
    [InlineData("OpenAI-Beta")]
    [InlineData("X-More")]
    public async Task Request_WithAnUnsignedHeaderThatGoesUpstream_IsRefused(string header)
    {
        await using var host = await StartAsync("X-More");

        using var answer = await host.SendUnsignedAsync(host.Sign(TestRequest.Chat()).With(header, "1"));

        Assert.Equal(401, (int)answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("signature_coverage", problem, StringComparison.Ordinal);
        Assert.Contains(header.ToLowerInvariant(), problem, StringComparison.Ordinal);
        Assert.Empty(received);
    }

    [Fact]
    public async Task Answer_WhatIsTheAccounts_DoesNotComeBack()
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(TestRequest.Chat());

        string[] gone = ["openai-organization", "openai-project", "anthropic-organization-id", "x-ratelimit-remaining-tokens", "anthropic-ratelimit-requests-remaining", "set-cookie", "cf-ray", "server-timing"];
        Assert.All(gone, name => Assert.False(answer.Headers.Contains(name), name));
        Assert.Equal("req_1", answer.Headers.GetValues("x-request-id").Single());
        // The provider's own limit does not stand in the place of the caller's.
        Assert.Contains("\"requests-per-minute\";r=9", answer.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
    }

    /// <summary>A proxy copies them where its caller speaks HTTP/2, long after the headers have been cleaned.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Trailers_ComeBackOnlyFromAnEndpointThatAnswersByItself(bool forwards, bool supported)
    {
        bool? supports = null;
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", (HttpContext context) =>
        {
            supports = context.Response.SupportsTrailers();
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm(endpoint =>
        {
            if (forwards) endpoint.ForwardToProvider();
        }))
        {
            Protocols = HttpProtocols.Http2,
        });
        var request = TestRequest.Chat();
        request.Version = new Version(2, 0);

        Assert.Equal(200, (int)(await host.SendAsync(request)).StatusCode);

        Assert.Equal(supported, supports);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Connection_ChangesItsProtocol_OnlyWhereTheEndpointAnswersByItself(bool forwards, bool supported)
    {
        bool? supports = null;
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapGet("/v1/models", (HttpContext context) =>
        {
            supports = context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest is true;
            return Chats.Json("{}");
        }).RequireSafeLlm(endpoint =>
        {
            if (forwards) endpoint.ForwardToProvider();
        })));

        Assert.Equal(200, (int)(await host.SendAsync(new TestRequest { Method = "GET", Target = "/v1/models" }.With("Connection", "Upgrade").With("Upgrade", "websocket"))).StatusCode);

        Assert.Equal(supported, supports);
    }

    [Fact]
    public async Task Answer_OfAnEndpointThatAnswersByItself_IsLeftAsItIs()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", AnswerAsync).RequireSafeLlm()));

        using var answer = await host.SendAsync(TestRequest.Chat().With("X-Anything-Else", "1"));

        Assert.True(answer.Headers.Contains("cf-ray"));
        Assert.Contains("X-Anything-Else", received.Keys);
    }

    [Theory]
    [InlineData("authorization")]
    [InlineData("Signature-Input")]
    [InlineData("X-SafeLlm-User")]
    public void ForwardToProvider_AHeaderThatNeverGoes_Throws(string header) =>
        Assert.Contains(header, Assert.Throws<ArgumentException>(() => new SafeLlmEndpointOptions().ForwardToProvider(header)).Message, StringComparison.Ordinal);

    private Task<VerifierHost> StartAsync(params string[] more) => VerifierHost.StartAsync(new VerifierSetup(app =>
        app.MapPost("/v1/chat/completions", AnswerAsync).RequireSafeLlm(endpoint => endpoint.ForwardToProvider(more))));

    private async Task AnswerAsync(HttpContext context)
    {
        received = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        foreach (var name in (string[])["openai-organization", "openai-project", "anthropic-organization-id", "x-ratelimit-remaining-tokens", "anthropic-ratelimit-requests-remaining", "Set-Cookie", "cf-ray", "Server-Timing"])
        {
            context.Response.Headers[name] = "theirs";
        }

        context.Response.Headers["x-request-id"] = "req_1";
        context.Response.Headers["RateLimit"] = "\"theirs\";r=1";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Chats.Answer(), context.RequestAborted);
    }
}
