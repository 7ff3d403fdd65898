using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SafeLlm.Limits;
using static SafeLlm.AspNetCore.Tests.TenantProvider;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Many tenants behind one account of the provider: A is the key of tier FREE, B that of tier PRO.</summary>
public sealed class TenantTests
{
    private readonly TenantProvider provider = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AResponseOfA_IsContinuedByAAndRefusedToB(bool streamed)
    {
        await using var host = await StartAsync();
        Assert.Equal(200, await SendAsync(host, Body(streamed ? ",\"stream\":true" : ""), TestKeys.Free));

        var problem = await Problem.ReadAsync(await host.SendAsync(Request(Body(""","previous_response_id":"resp_1" """)), TestKeys.Pro));

        Assert.Equal((404, "not_issued"), (problem.Status, problem.Code));
        Assert.Equal(1, provider.Calls);
        Assert.Equal(200, await SendAsync(host, Body(""","previous_response_id":"resp_1" """), TestKeys.Free));
    }

    [Fact]
    public async Task AResponseOfA_IsContinuedBeforeItsStreamHasEnded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
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
        Assert.Equal(0, provider.Calls);
    }

    [Fact]
    public async Task WithoutStorage_AResponseIsNotKeptAndNothingMayBeNamed()
    {
        await using var host = await StartAsync(options: _ => { });

        Assert.Equal(200, await SendAsync(host, Body(""), TestKeys.Free));
        Assert.StartsWith("{\"store\":false,", provider.Received, StringComparison.Ordinal);
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

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) => provider.StartAsync(options);
}
