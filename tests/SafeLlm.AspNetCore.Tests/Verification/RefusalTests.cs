using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Every refusal, with its status and its content, over a real connection.</summary>
public sealed class RefusalTests
{
    [Fact]
    public Task AnUnsignedRequest_IsAskedForASignature() => ExpectAsync(401, "signature_required", (host, request) => host.SendUnsignedAsync(request));

    [Fact]
    public Task ASignatureThatCannotBeRead_IsMalformed() =>
        ExpectAsync(400, "signature_malformed", (host, request) => host.SendUnsignedAsync(host.Sign(request).With("signature-input", "safellm=(\"@method\"")));

    [Fact]
    public Task AHeaderWithEffectThatIsNotSigned_IsACoverageRefusal() =>
        ExpectAsync(401, "signature_coverage", (host, request) => host.SendUnsignedAsync(host.Sign(request).With("x-safellm-user", "43")));

    [Fact]
    public Task AConfiguredHeaderThatIsNotSigned_IsACoverageRefusal() =>
        ExpectAsync(401, "signature_coverage", (host, request) => host.SendUnsignedAsync(host.Sign(request).With("x-org", "other")), options => options.CoveredHeaders.Add("X-Org"));

    [Fact]
    public Task AFurtherCoveredHeaderThatBeginsWithNoLetter() =>
        ExpectAsync(401, "signature_coverage", (host, request) => host.SendUnsignedAsync(host.Sign(request).With("_user", "mallory")), options => options.CoveredHeaders.Add("_user"));

    [Fact]
    public async Task AnOldSignature_IsExpiredAndToldTheTime()
    {
        var problem = await ExpectAsync(401, "signature_expired", (host, request) =>
        {
            host.Sign(request);
            host.Time.Advance(TimeSpan.FromSeconds(301));
            return host.SendUnsignedAsync(request);
        });

        Assert.Equal("2026-11-23T12:05:01.000Z", problem.Json.GetProperty("server_time").GetString());
        Assert.Equal(VerifierHost.Start.AddSeconds(301), problem.Response.Headers.Date);
    }

    [Fact]
    public async Task ASignatureFromTheFuture_IsNotYetValid()
    {
        var problem = await ExpectAsync(401, "signature_not_yet_valid", (host, request) =>
        {
            host.Sign(request);
            return host.SendUnsignedAsync(request.Sign(new RequestSigner(new FakeTimeProvider(VerifierHost.Start.AddSeconds(60))), TestKeys.Free));
        });

        Assert.True(problem.Has("server_time"));
    }

    /// <summary>The operator who looks for it finds out whose signature fails; a stranger writes no name into the log.</summary>
    [Fact]
    public async Task ABadMac_IsToldToTheLogWithTheNameOfAKeyThatIsKnown()
    {
        await using var host = await StartAsync();
        await host.SendUnsignedAsync(host.Sign(TestRequest.Chat()).With("signature", "safellm=:" + Convert.ToBase64String(new byte[32]) + ":"));
        await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger);

        Assert.Single(host.Log.Of(LogLevel.Debug), line => line.Contains("claims the key k-free", StringComparison.Ordinal));
        Assert.Single(host.Log.Of(LogLevel.Debug), line => line.Contains("claims no key that is known", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Of(LogLevel.Debug), line => line.Contains(TestKeys.Stranger.KeyId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnUnknownKeyABadMacAndAWrongKey_GetOneAndTheSameAnswer()
    {
        await using var host = await StartAsync();
        var unknown = await AnswerAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger));
        var bad = await AnswerAsync(await host.SendUnsignedAsync(host.Sign(TestRequest.Chat()).With("signature", "safellm=:" + Convert.ToBase64String(new byte[32]) + ":")));
        var wrong = await AnswerAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Make("k-free", "another-secret-of-32-bytes-or-more")));

        Assert.Contains("signature_invalid", unknown, StringComparison.Ordinal);
        Assert.Equal(unknown, bad);
        Assert.Equal(unknown, wrong);

        static async Task<string> AnswerAsync(HttpResponseMessage response)
        {
            var problem = await Problem.ReadAsync(response);
            var body = problem.Json.GetRawText().Replace(problem.Json.GetProperty("request_id").GetString()!, "", StringComparison.Ordinal);
            return $"{problem.Status}\n{string.Join('\n', response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Content-Length").Select(header => $"{header.Key}: {string.Join(',', header.Value)}"))}\n{body}";
        }
    }

    [Fact]
    public Task AnExpiredKey_IsTold() => ExpectAsync(401, "key_expired", (host, request) => host.SendAsync(request), options => options.Keys[0].NotAfter = VerifierHost.Start);

    [Fact]
    public Task ARevokedKey_IsTold() => ExpectAsync(401, "key_revoked", (host, request) => host.SendAsync(request), options => options.Keys[0].RevokedAt = VerifierHost.Start.AddSeconds(-1));

    [Fact]
    public Task AReplay_IsRefused() => ExpectAsync(401, "signature_replayed", async (host, request) =>
    {
        Assert.Equal(200, (int)(await host.SendAsync(request)).StatusCode);
        return await host.SendUnsignedAsync(request);
    });

    [Fact]
    public Task AChangedBody_IsADigestMismatch() => ExpectAsync(400, "digest_mismatch", (host, request) =>
    {
        host.Sign(request).Body[^5] ^= 1;
        return host.SendUnsignedAsync(request);
    });

    [Theory]
    [InlineData("md5=:XrY7u+Ae7tCTyyK7j1rNww==:", "digest_unsupported")]
    [InlineData("sha-256=token", "digest_malformed")]
    public Task ADigestOfAnotherKind_IsRefused(string digest, string code) => ExpectAsync(400, code, (host, request) =>
        host.SendUnsignedAsync(HandSigner.Sign(host.Sign(request).With("content-digest", digest), TestKeys.Free, VerifierHost.Start, "AAAAAAAAAAAAAAAAAAAAAA", HandSigner.All)));

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"x"}]""", "json_invalid")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":50,"metadata":{"a":1,"\u0061":2},"messages":[{"role":"user","content":"x"}]}""", "json_duplicate_key")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":"many","messages":[{"role":"user","content":"x"}]}""", "member_invalid")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":50,"n":501,"messages":[{"role":"user","content":"x"}]}""", "member_invalid")]
    public Task WrongContent_IsRefused(string body, string code) => ExpectAsync(400, code, (host, _) => host.SendAsync(TestRequest.Chat(body)));

    [Fact]
    public Task NestedContent_IsRefused() =>
        ExpectAsync(400, "json_depth", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(more: $"\"metadata\":{new string('[', 100)}{new string(']', 100)},"))));

    [Fact]
    public Task ABodyOverTheCap_IsTooLarge() =>
        ExpectAsync(413, "body_too_large", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(new string('a', 2000)))), options => options.MaxBodyBytes = 1024);

    [Theory]
    [InlineData("content-type", "text/plain")]
    [InlineData("content-type", "application/json; charset=iso-8859-1")]
    [InlineData("content-encoding", "gzip")]
    public Task ContentOfAnotherKind_IsUnsupported(string header, string value) =>
        ExpectAsync(415, "unsupported_content", (host, request) =>
        {
            request.With(header, value);
            return header == "content-type"
                ? host.SendAsync(request)
                : host.SendUnsignedAsync(HandSigner.Sign(host.Sign(request), TestKeys.Free, VerifierHost.Start, "BBBBBBBBBBBBBBBBBBBBBB", [.. HandSigner.All, "content-encoding"]));
        });

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/vnd.chat+json")]
    public async Task JsonByAnyOfItsNames_Passes(string contentType)
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat().With("content-type", contentType))).StatusCode);
    }

    [Fact]
    public Task AnotherHost_IsMisdirected() =>
        ExpectAsync(421, "wrong_authority", (host, request) => host.SendAsync(request.With("host", "evil.example.com")));

    [Fact]
    public Task ARouteOfNoFormat_IsUnknown() => ExpectAsync(404, "unknown_route", (host, request) =>
    {
        request.Target = "/v1/unheard-of";
        return host.SendAsync(request);
    });

    [Fact]
    public Task AModelWithoutAPrice_IsUnknown() =>
        ExpectAsync(400, "unknown_model", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(model: "gpt-from-nowhere"))));

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("gpt-from-nowhere")]
    public Task AModelOutsideTheTier_IsNotAllowed(string model) =>
        ExpectAsync(403, "model_not_allowed", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(model: model))), options => options.Tiers["FREE"].Models.Add("gpt-4o-mini"));

    [Fact]
    public async Task ARequestWithoutABound_IsRefusedWhereTheTierSaysSo()
    {
        var problem = await ExpectAsync(
            400,
            "output_unbounded",
            (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(bound: ""))),
            options => options.Tiers["FREE"].OnOverCap = OverCap.Refuse);

        Assert.Equal(500, problem.Json.GetProperty("largest_output_bound").GetInt64());
    }

    [Fact]
    public async Task ABlankPrompt_IsRejectedWithItsFindings()
    {
        var problem = await ExpectAsync(400, "prompt_rejected", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request("  "))));

        Assert.Equal("blank", problem.Json.GetProperty("findings")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task ALongPrompt_IsRejectedWithAllFindingsAndWithoutItsText()
    {
        var text = string.Concat(Enumerable.Repeat("walrus ", 2400));

        var problem = await ExpectAsync(400, "prompt_rejected", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(text))));

        Assert.Contains("16800 characters, more than 10000", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("4200 tokens (characters/4), more than 4000", problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("walrus", problem.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEleventhRequestOfAMinute_IsRateLimited()
    {
        var problem = await ExpectAsync(429, "rate_limited", async (host, _) =>
        {
            for (var i = 0; i < 10; i++) Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
            await host.IdleAsync();
            return await host.SendAsync(TestRequest.Chat());
        });

        Assert.InRange(int.Parse(problem.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture), 1, 62);
        var limit = problem.Json.GetProperty("limits")[0];
        Assert.Equal(("key:k-free", "requests", "PT1M"), (limit.GetProperty("scope").GetString(), limit.GetProperty("dimension").GetString(), limit.GetProperty("window").GetString()));
        Assert.Equal((10, 0, 10, 0), (limit.GetProperty("spent").GetInt32(), limit.GetProperty("held").GetInt32(), limit.GetProperty("cap").GetInt32(), limit.GetProperty("free").GetInt32()));
    }

    [Fact]
    public async Task ACallBeyondTheDay_IsRefusedWithoutRetryAfterAndWithTheBoundThatFits()
    {
        var problem = await ExpectAsync(
            402,
            "budget_exceeded",
            async (host, _) =>
            {
                Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
                await host.IdleAsync();
                return await host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":400,")));
            },
            options => options.Tiers["FREE"].TokensPerDay = 300);

        Assert.Null(problem.RetryAfter);
        Assert.InRange(problem.Json.GetProperty("largest_output_bound").GetInt64(), 100, 300 - 26);
        Assert.Equal(26, problem.Json.GetProperty("limits")[0].GetProperty("spent").GetInt32());
    }

    [Fact]
    public async Task AFullDay_IsRefusedByThePeekWithTheInstantOfTheReset()
    {
        var problem = await ExpectAsync(
            402,
            "budget_exceeded",
            async (host, _) =>
            {
                Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"user\":\"u\",")))).StatusCode);
                await host.IdleAsync();
                return await host.SendAsync(TestRequest.Chat());
            },
            options => options.Tiers["FREE"].TokensPerDay = 200,
            answer: Chats.Answer(100, 100));

        Assert.Null(problem.RetryAfter);
        Assert.Equal("2026-11-24T00:00:00.000Z", problem.Json.GetProperty("resets_at").GetString());
    }

    // The journal would take no line for it.
    [Fact]
    public Task AModelOfALengthThatNoneHas_IsRefusedEvenWhereAnyIsPriced() =>
        ExpectAsync(400, "unknown_model", (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(model: new string('m', 513)))), options =>
        {
            options.Models.Add(new Pricing.ModelPrice("*", 1m, 2m));
            options.Tiers["FREE"].Models.Clear();
        });

    [Fact]
    public async Task ABoundThatWouldFit_LeavesRoomForWhatTheToolsCost()
    {
        var problem = await ExpectAsync(
            402,
            "budget_exceeded",
            (host, _) => host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":400,\"web_search_options\":{},"))),
            options =>
            {
                (options.Tiers["FREE"].TokensPerHour, options.Tiers["FREE"].TokensPerDay) = (10_000_000, 10_000_000);
                options.Tiers["FREE"].DollarsPerDay = 0.0294m;
                options.Tiers["FREE"].Account = new SafeLlmAccountOptions { HostedTools = { ["web_search_options"] = new SafeLlmHostedToolOptions { DollarsPerUse = 0.01m } } };
            });

        // Beside the search and a whole context of what it may find $0.0002 remain, and a token put out costs 600 nano-dollars.
        Assert.InRange(problem.Json.GetProperty("largest_output_bound").GetInt64(), 250, 333);
    }

    [Fact]
    public async Task ALimitOverAllCallers_TellsNoNumbers()
    {
        var problem = await ExpectAsync(
            402,
            "budget_exceeded",
            async (host, _) =>
            {
                Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
                await host.IdleAsync();
                return await host.SendAsync(TestRequest.Chat());
            },
            options => options.Limits.Add(Limits.Limit.Tokens(111).PerDay()),
            answer: Chats.Answer(60, 40));

        Assert.False(problem.Has("limits"));
        Assert.False(problem.Has("largest_output_bound"));
        Assert.DoesNotContain("111", problem.Json.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("app", problem.Detail.Split(' '));
    }

    [Fact]
    public async Task HeadersBeyondTheServersOwnLimit_AreRefusedByIt()
    {
        await using var host = await StartAsync();

        var response = await host.SendUnsignedAsync(TestRequest.Chat().With("x-long", new string('a', 40_000)));

        Assert.Equal(431, (int)response.StatusCode);
    }

    [Fact]
    public async Task A401_CarriesTheChallengeOfTheProfile()
    {
        var problem = await ExpectAsync(401, "signature_required", (host, request) => host.SendUnsignedAsync(request));

        Assert.StartsWith("SafeLlm-Signature realm=\"127.0.0.1:", problem.Response.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
        Assert.Contains("tag=\"safellm-v1\"", problem.Response.Headers.GetValues("Accept-Signature").Single(), StringComparison.Ordinal);
        Assert.True(problem.Response.Headers.CacheControl!.NoStore);
        Assert.NotNull(problem.Response.Headers.Date);
        Assert.NotEmpty(problem.Json.GetProperty("request_id").GetString()!);
    }

    private static Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null, string? answer = null) => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/chat/completions", () => Chats.Json(answer ?? Chats.Answer())).RequireSafeLlm();
        app.MapPost("/v1/unheard-of", () => "no").RequireSafeLlm();
    })
    {
        Options = options,
    });

    private static async Task<Problem> ExpectAsync(
        int status,
        string code,
        Func<VerifierHost, TestRequest, Task<HttpResponseMessage>> send,
        Action<SafeLlmVerifierOptions>? options = null,
        string? answer = null)
    {
        await using var host = await StartAsync(options, answer);
        var problem = await Problem.ReadAsync(await send(host, TestRequest.Chat()));

        Assert.Equal((status, code), (problem.Status, problem.Code));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.DoesNotContain(Chats.Prompt, host.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Free.ExportBase64(), host.Log.All, StringComparison.Ordinal);
        return problem;
    }
}
