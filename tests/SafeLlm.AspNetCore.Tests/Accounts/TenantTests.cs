using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Many tenants behind one account of the provider: A is the key of tier FREE, B that of tier PRO.</summary>
public sealed class TenantTests
{
    private const string Price = """{"id":"ID","object":"response","status":"completed","model":"gpt-4o-mini","output":[OUTPUT],"metadata":{"id":"resp_of_b"},"usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12}}""";

    private string output = """{"id":"msg_ID","type":"message","content":[]}""";
    private string? received;
    private int calls;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AResponseOfA_IsContinuedByAAndRefusedToB(bool streamed)
    {
        await using var host = await StartAsync();
        Assert.Equal(200, await SendAsync(host, Body(streamed ? ",\"stream\":true" : ""), TestKeys.Free));

        var problem = await Problem.ReadAsync(await host.SendAsync(Request(Body(""","previous_response_id":"resp_1" """)), TestKeys.Pro));

        Assert.Equal((404, "not_issued"), (problem.Status, problem.Code));
        Assert.Equal(1, calls);
        Assert.Equal(200, await SendAsync(host, Body(""","previous_response_id":"resp_1" """), TestKeys.Free));
    }

    [Fact]
    public async Task AResponseOfA_IsContinuedBeforeItsStreamHasEnded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/responses", async (HttpContext context) =>
        {
            if (Interlocked.Increment(ref calls) > 1) return;
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\"}}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await gate.Task;
        }).RequireSafeLlm())
        {
            Options = Allow,
        });

        using var first = await host.SendAsync(Request(Body(",\"stream\":true")), TestKeys.Free);
        await using var stream = await first.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[16], TestContext.Current.CancellationToken));
        var second = await SendAsync(host, Body(""","previous_response_id":"resp_1" """), TestKeys.Free);
        gate.SetResult();

        Assert.Equal(200, second);
    }

    [Fact]
    public async Task AnIdThatACallerWroteIntoItsMetadata_IsNotLearnedFromTheAnswer()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Body(""), TestKeys.Free);

        Assert.Equal(404, await SendAsync(host, Body(""","previous_response_id":"resp_of_b" """), TestKeys.Free));
    }

    [Fact]
    public async Task AnItemOfA_IsReferredToByAOnly()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Body(""), TestKeys.Free);
        const string more = """{"model":"gpt-4o-mini","max_output_tokens":50,"input":[{"type":"item_reference","id":"msg_resp_1"}]}""";

        Assert.Equal(404, await SendAsync(host, more, TestKeys.Pro));
        Assert.Equal(200, await SendAsync(host, more, TestKeys.Free));
    }

    [Theory]
    [InlineData("GET", "/v1/responses/resp_1")]
    [InlineData("DELETE", "/v1/responses/resp_1")]
    [InlineData("POST", "/v1/responses/resp_1/cancel")]
    public async Task ARouteThatNamesAResponseOfA_IsRefusedToBAndOpenToA(string method, string path)
    {
        await using var host = await StartAsync();
        await SendAsync(host, Body(""), TestKeys.Free);

        var problem = await Problem.ReadAsync(await host.SendAsync(new TestRequest { Method = method, Target = path }, TestKeys.Pro));

        Assert.Equal("not_issued", problem.Code);
        Assert.Equal(200, (int)(await host.SendAsync(new TestRequest { Method = method, Target = path }, TestKeys.Free)).StatusCode);
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(2, (await host.StateAsync(Limit.Requests(1).PerMinute().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task ADeletedResponse_IsNamedByNobody()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Body(""), TestKeys.Free);
        await host.SendAsync(new TestRequest { Method = "DELETE", Target = "/v1/responses/resp_1" }, TestKeys.Free);
        await host.IdleAsync();

        Assert.Equal(404, (int)(await host.SendAsync(new TestRequest { Method = "GET", Target = "/v1/responses/resp_1" }, TestKeys.Free)).StatusCode);
    }

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/batches")]
    public async Task AListOfWhatAllHave_IsRefused(string path)
    {
        await using var host = await StartAsync();

        Assert.Equal("account_use_not_allowed", (await Problem.ReadAsync(await host.SendAsync(new TestRequest { Method = "GET", Target = path }))).Code);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task AFileThatAMade_IsUsedByAOnly(string type)
    {
        await using var host = await StartAsync();
        var upload = Request("""{"purpose":"user_data","name":"file_of_b"}""").With("content-type", type);
        upload.Target = "/v1/files";
        Assert.Equal(200, (int)(await host.SendAsync(upload, TestKeys.Free)).StatusCode);
        const string use = """{"model":"gpt-4o-mini","max_output_tokens":50,"input":[{"role":"user","content":[{"type":"input_file","file_id":"file_1"}]}]}""";

        Assert.Equal(404, await SendAsync(host, use, TestKeys.Pro));
        Assert.Equal(200, await SendAsync(host, use, TestKeys.Free));
        Assert.Equal(404, await SendAsync(host, use.Replace("file_1", "file_of_b", StringComparison.Ordinal), TestKeys.Free));
    }

    [Theory]
    [InlineData(",\"store\":true", "store")]
    [InlineData(",\"background\":true", "background")]
    [InlineData(",\"service_tier\":\"priority\"", "service_tier")]
    [InlineData(",\"tools\":[{\"type\":\"web_search\"}]", "tools")]
    public async Task WhatTheTierDoesNotInclude_IsRefused(string more, string field)
    {
        await using var host = await StartAsync(options: _ => { });

        var problem = await Problem.ReadAsync(await host.SendAsync(Request(Body(more))));

        Assert.Equal((403, "account_use_not_allowed", field), (problem.Status, problem.Code, problem.Json.GetProperty("field").GetString()));
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task WithoutStorage_AResponseIsNotKeptAndNothingMayBeNamed()
    {
        await using var host = await StartAsync(options: _ => { });

        Assert.Equal(200, await SendAsync(host, Body(""), TestKeys.Free));
        Assert.StartsWith("{\"store\":false,", received, StringComparison.Ordinal);
        Assert.Equal(404, await SendAsync(host, Body(""","previous_response_id":"resp_1" """), TestKeys.Free));
    }

    [Theory]
    [InlineData("/v1/files", 403)]
    [InlineData("/v1/conversations", 403)]
    [InlineData("/v1/batches", 404)]
    public async Task MakingSomethingThatIsKept_NeedsTheTiersLeaveAndABatchIsNeverMade(string path, int status)
    {
        await using var host = await StartAsync(options: _ => { });
        var request = Request("{}");
        request.Target = path;

        Assert.Equal(status, (int)(await host.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task AnIdThatTheOperatorShares_IsNamedByAll()
    {
        await using var host = await StartAsync(options => Each(options, new SafeLlmAccountOptions { SharedIds = { "pmpt_1" } }));

        Assert.Equal(200, await SendAsync(host, Body(""","prompt":{"id":"pmpt_1"}"""), TestKeys.Pro));
        Assert.Equal(404, await SendAsync(host, Body(""","prompt":{"id":"pmpt_2"}"""), TestKeys.Pro));
    }

    [Theory]
    [InlineData("GET", "/v1/vector_stores/vs_docs", 200)]
    [InlineData("DELETE", "/v1/vector_stores/vs_docs", 404)]
    [InlineData("DELETE", "/v1/vector_stores/vs_docs/files/file_1", 404)]
    [InlineData("POST", "/v1/conversations/conv_docs/items", 404)]
    public async Task AnIdThatTheOperatorShares_IsNobodysToChange(string method, string target, int status)
    {
        await using var host = await StartAsync(options => Each(options, new SafeLlmAccountOptions { Store = true, SharedIds = { "vs_docs", "conv_docs" } }));

        var request = method == "POST" ? TestRequest.Chat("""{"items":[]}""") : new TestRequest { Method = method };
        request.Target = target;
        using var answer = await host.SendAsync(request, TestKeys.Pro);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(",\"tools\":[{\"type\":\"web_search\"}]", 400, 0)]
    [InlineData(",\"tools\":[{\"type\":\"web_search\"}],\"max_tool_calls\":9", 400, 0)]
    [InlineData(",\"tools\":[{\"type\":\"web_search_2025_08_26\"}],\"max_tool_calls\":3", 200, 30_000_000)]
    [InlineData(",\"tools\":[{\"type\":\"web_search_preview\"}],\"max_tool_calls\":3", 403, 0)]
    public async Task AHostedTool_NeedsAPriceAndABoundAndIsCharged(string more, int status, long nanoDollars)
    {
        await using var host = await StartAsync(options =>
        {
            Each(options, new SafeLlmAccountOptions { HostedTools = { ["web_search"] = new SafeLlmHostedToolOptions { DollarsPerUse = 0.01m, MostUses = 3 } } });
            options.Tiers["PRO"].TokensPerDay = 10_000_000;
        });
        output = string.Join(',', Enumerable.Repeat("""{"id":"ws_ID","type":"web_search_call","action":{"type":"search"}}""", 3));

        Assert.Equal(status, await SendAsync(host, Body(more), TestKeys.Pro));
        await host.IdleAsync();
        var spent = (await host.StateAsync(Limit.Dollars(1m).PerDay().For("user:tests/42"))).Spent;
        // 7 tokens in and 5 out, at $0.15 and $0.60 a million.
        Assert.Equal(nanoDollars == 0 ? 0 : nanoDollars + 1_050 + 3_000, spent);
    }

    // Three uses are held; what the answer does not tell is charged at that.
    [Theory]
    [InlineData(false, """{"type":"message","content":[]}""", 0)]
    [InlineData(true, """{"type":"message","content":[]}""", 0)]
    [InlineData(false, """{"type":"web_search_call","action":{"type":"search","query":"a"}},{"type":"message","content":[]}""", 1)]
    [InlineData(true, """{"type":"web_search_call","action":{"type":"search","query":"a"}},{"type":"message","content":[]}""", 1)]
    [InlineData(false, "", 3)]
    [InlineData(true, "", 3)]
    public async Task AHostedTool_IsSettledByTheUsesThatTheAnswerTells(bool streamed, string items, long uses)
    {
        await using var host = await StartAsync(options => Each(options, new SafeLlmAccountOptions { HostedTools = { ["web_search"] = new SafeLlmHostedToolOptions { DollarsPerUse = 0.01m, MostUses = 3 } } }));
        output = items;

        Assert.Equal(200, await SendAsync(host, Body(",\"tools\":[{\"type\":\"web_search\"}],\"max_tool_calls\":3" + (streamed ? ",\"stream\":true" : "")), TestKeys.Pro));
        await host.IdleAsync();

        Assert.Equal((uses * 10_000_000) + 1_050 + 3_000, (await host.StateAsync(Limit.Dollars(1m).PerDay().For("user:tests/42"))).Spent);
    }

    [Theory]
    [InlineData("{}", 400, 0)]
    [InlineData("{\"mode\":\"on\",\"max_search_results\":5}", 200, 3)]
    [InlineData("{\"mode\":\"on\",\"max_search_results\":6},\"max_tool_calls\":1", 400, 0)]
    [InlineData("{\"mode\":\"off\"}", 200, 0)]
    public async Task ALiveSearch_NeedsAPriceAndFewSourcesAndIsChargedForThoseUsed(string search, int status, long sources)
    {
        foreach (var isIncluded in (bool[])[true, false])
        {
            await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost(
                "/v1/chat/completions",
                () => Chats.Json("""{"model":"gpt-4o-mini","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12,"num_sources_used":3}}""")).RequireSafeLlm())
            {
                Options = options =>
                {
                    var account = new SafeLlmAccountOptions();
                    if (isIncluded) account.HostedTools["search_parameters"] = new SafeLlmHostedToolOptions { DollarsPerUse = 0.025m, MostUses = 5 };
                    Each(options, account);
                    options.Tiers["PRO"].TokensPerDay = 10_000_000;
                },
            });

            var answer = await host.SendAsync(TestRequest.Chat(Chats.Request(more: $"\"search_parameters\":{search},")), TestKeys.Pro);
            await host.IdleAsync();

            var passes = isIncluded || search.Contains("off", StringComparison.Ordinal);
            Assert.Equal(passes ? status : 403, (int)answer.StatusCode);
            Assert.Equal(passes && status == 200 ? (sources * 25_000_000) + 1_050 + 3_000 : 0, (await host.StateAsync(Limit.Dollars(1m).PerDay().For("user:tests/42"))).Spent);
        }
    }

    [Theory]
    [InlineData("web_search_options", "gpt-5-search-api", "", 403, 0)]
    [InlineData("web_search", "gpt-5-search-api", "", 403, 0)]
    [InlineData("web_search_options!", "gpt-5-search-api", "", 200, 10_000_000)]
    [InlineData("web_search_options!", "gpt-5-search-api", ",\"web_search_options\":{}", 200, 10_000_000)]
    [InlineData("web_search_options!", "sonar-deep-research", "", 200, 30_000_000)]
    [InlineData("", "sonar-deep-research", "", 403, 0)]
    [InlineData("", "gpt-4o-mini-search-preview-2025-03-11", "", 200, 30_000_000)]
    [InlineData("", "gpt-4o-mini", "", 200, 0)]
    public async Task AModelThatSearchesByItself_IsChargedForItOrRefused(string tool, string model, string more, int status, long nanoDollars)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer(0, 0))).RequireSafeLlm())
        {
            Options = options =>
            {
                var account = new SafeLlmAccountOptions();
                if (tool.EndsWith('!')) account.HostedTools[tool[..^1]] = new SafeLlmHostedToolOptions { DollarsPerUse = 0.01m, MostUses = 3 };
                Each(options, account);
            },
        });

        var answer = await host.SendAsync(TestRequest.Chat(Chats.Request(model: model, more: more.Length > 0 ? more[1..] + "," : "")), TestKeys.Pro);
        await host.IdleAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 403) Assert.Equal(("account_use_not_allowed", "model"), await FieldOfAsync(answer));
        Assert.Equal(nanoDollars, (await host.StateAsync(Limit.Dollars(1m).PerDay().For("user:tests/42"))).Spent);
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 404)]
    public async Task AnEndpointsOwnRequests_AreLookedAtWhereItPassesThemOn(bool isForwarding, int status)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/ask", (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<ISafeLlmFeature>().ReportUsage(1, 1, 0m);
            return "an answer";
        }).RequireSafeLlm(endpoint =>
        {
            endpoint.HoldPerCall(100, 100, 0.01m);
            if (isForwarding) endpoint.ForwardToProvider();
        })));
        var request = TestRequest.Chat("""{"question":"?","conversation":"conv_1"}""");
        request.Target = "/ask";

        Assert.Equal(status, (int)(await host.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task ABackgroundCall_IsChargedWholeWhateverThePolicy()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/responses", () => Chats.Json("""{"id":"resp_1","object":"response","status":"queued","model":"gpt-4o-mini","output":[],"usage":null}""")).RequireSafeLlm())
        {
            Options = options =>
            {
                Each(options, new SafeLlmAccountOptions { Store = true, Background = true });
                options.OnMissingUsage = MissingUsagePolicy.Floor;
            },
        });

        Assert.Equal(200, await SendAsync(host, Body(",\"background\":true"), TestKeys.Pro));
        await host.IdleAsync();
        Assert.InRange((await host.StateAsync(Limit.Dollars(1m).PerDay().For("user:tests/42"))).Spent, 50 * 600, 100 * 600);
    }

    [Theory]
    [InlineData("acme", "7", null, "7", false)]
    [InlineData("acme", "7", "other", "7", false)]
    [InlineData("acme", "7", "acme", "7", true)]
    [InlineData(null, "7", null, "7", true)]
    [InlineData("acme", "7", null, "acme/7", false)]
    [InlineData("a/b", "c", "a", "b/c", false)]
    [InlineData("a%2Fb", "c", "a/b", "c", false)]
    public async Task UsersOfOneName_AreOneWhereTheirClientIs(string? client, string user, string? otherClient, string otherUser, bool isOne)
    {
        await using var host = await StartAsync(options =>
        {
            foreach (var tier in options.Tiers.Values) tier.Account = new SafeLlmAccountOptions { Store = true };
            options.Tiers["FREE"].TokensPerDay = options.Tiers["PRO"].TokensPerDay = 10_000_000;
            (options.Keys[0].Client, options.Keys[0].User) = (client, user);
            (options.Keys[1].Client, options.Keys[1].User, options.Keys[1].Tier) = (otherClient, otherUser, "FREE");
        });
        Assert.Equal(200, await SendAsync(host, Body(""), TestKeys.Free));
        await host.IdleAsync();

        Assert.Equal(isOne ? 200 : 404, await SendAsync(host, Body(""","previous_response_id":"resp_1" """), TestKeys.Pro));
    }

    [Fact]
    public async Task ARaisedServiceTier_PassesWithItsTiersLeave()
    {
        await using var host = await StartAsync(options => Each(options, new SafeLlmAccountOptions { ServiceTiers = { "priority" } }));

        Assert.Equal(200, await SendAsync(host, Body(",\"service_tier\":\"priority\""), TestKeys.Pro));
        Assert.Equal(403, await SendAsync(host, Body(",\"service_tier\":\"ultra\""), TestKeys.Pro));
    }

    private static void Allow(SafeLlmVerifierOptions options) => Each(options, new SafeLlmAccountOptions { Store = true });

    private static void Each(SafeLlmVerifierOptions options, SafeLlmAccountOptions account)
    {
        foreach (var tier in options.Tiers.Values) tier.Account = account;
        options.Keys[0].Tenant = "a";
        options.Keys[1].Tenant = "b";
        // A history that only the provider knows is held at the model's whole context.
        options.Tiers["FREE"].TokensPerDay = 10_000_000;
        options.Tiers["PRO"].TokensPerDay = 10_000_000;
    }

    private static string Body(string more) => """{"model":"gpt-4o-mini","max_output_tokens":50,"input":"Say hello." """ + more + "}";

    private static TestRequest Request(string body)
    {
        var request = TestRequest.Chat(body);
        request.Target = "/v1/responses";
        return request;
    }

    private static async Task<int> SendAsync(VerifierHost host, string body, SafeLlm.Signing.SigningKey key)
    {
        using var response = await host.SendAsync(Request(body), key);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static async Task<(string? Code, string? Field)> FieldOfAsync(HttpResponseMessage answer)
    {
        var problem = await Problem.ReadAsync(answer);
        return (problem.Code, problem.Json.GetProperty("field").GetString());
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/responses", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received = await reader.ReadToEndAsync(context.RequestAborted);
            var answer = Price.Replace("OUTPUT", output, StringComparison.Ordinal).Replace("ID", "resp_" + Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            return received.Contains("\"stream\":true", StringComparison.Ordinal)
                ? Results.Text($"event: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{answer}}}\n\n", "text/event-stream")
                : Chats.Json(answer);
        }).RequireSafeLlm();
        app.MapPost("/v1/files", () => Chats.Json("""{"id":"file_1","object":"file","name":"file_of_b"}""")).RequireSafeLlm();
        app.Map("/{**rest}", () => Chats.Json("""{"id":"resp_1"}""")).RequireSafeLlm();
    })
    {
        Options = options ?? Allow,
    });
}
