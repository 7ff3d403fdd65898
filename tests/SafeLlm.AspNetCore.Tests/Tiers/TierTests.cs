using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

public sealed class TierTests
{
    private string? received;
    private string? digest;
    private ISafeLlmFeature? feature;
    private long? bound;
    private ClaimsPrincipal? user;

    [Theory]
    [InlineData("", 500)]
    [InlineData("\"max_tokens\":501,", 500)]
    [InlineData("\"max_tokens\":100000,\"n\":2,", 250)]
    public async Task ABoundThatIsMissingOrOverTheCap_IsClampedInWhatTheEndpointReads(string asked, long expected)
    {
        await using var host = await StartAsync();

        var response = await host.SendAsync(TestRequest.Chat(Chats.Request(bound: asked)));

        Assert.Equal(200, (int)response.StatusCode);
        using var json = JsonDocument.Parse(received!);
        Assert.Equal(expected, json.RootElement.EnumerateObject().Single(member => member.Name is "max_tokens" or "max_completion_tokens").Value.GetInt64());
        Assert.InRange(bound!.Value, 1, 500);
        Assert.Equal("", digest);
        Assert.Contains(Chats.Prompt, received!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABoundWithinTheCap_LeavesTheRequestAsItWasSigned()
    {
        await using var host = await StartAsync();
        var request = TestRequest.Chat(Chats.Request(more: " \"x\" : 1.0e0 ,"));

        await host.SendAsync(request);

        Assert.Equal(System.Text.Encoding.UTF8.GetString(request.Body), received);
        Assert.NotEqual("", digest);
    }

    [Fact]
    public async Task ABoundOverTheCap_IsRefusedWhereTheTierSaysSo()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].OnOverCap = OverCap.Refuse);

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":501,"))));

        Assert.Equal((400, "member_invalid"), (problem.Status, problem.Code));
        Assert.Equal(500, problem.Json.GetProperty("largest_output_bound").GetInt64());
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Theory]
    [InlineData(8_000, 400)]
    [InlineData(400, 200)]
    public async Task ABoundThatClampedWouldNotBeAboveTheThinkingBudget_IsRefusedWithBothValues(int budget, int status)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/messages", () => Chats.Json(Chats.Answer())).RequireSafeLlm()));
        var request = TestRequest.Chat($$"""{"model":"claude-sonnet-4-5","max_tokens":16000,"thinking":{"type":"enabled","budget_tokens":{{budget}}},"messages":[{"role":"user","content":"Hi"}]}""");
        request.Target = "/v1/messages";

        using var answer = await host.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 200) return;
        var problem = await Problem.ReadAsync(answer);
        Assert.Equal(("member_invalid", 500), (problem.Code, problem.Json.GetProperty("largest_output_bound").GetInt64()));
        Assert.Contains("8000 tokens, and the tier FREE allows an output of 500", problem.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheCaller_IsTheUserOfTheRequest()
    {
        await using var host = await StartAsync();

        await host.SendAsync(TestRequest.Chat(), TestKeys.Pro);

        Assert.True(user!.Identity!.IsAuthenticated);
        Assert.Equal("tests", user.Identity.Name);
        Assert.True(user.IsInRole("PRO"));
        Assert.Equal(("42", "k-pro"), (user.FindFirstValue(SafeLlmClaims.User), user.FindFirstValue(SafeLlmClaims.KeyId)));
        Assert.Equal(("PRO", "k-pro"), (feature!.Tier, feature.Key!.Key.KeyId));
        Assert.Equal("gpt-4o-mini", feature.Quote!.Model);
    }

    [Fact]
    public async Task TwoKeysOfOneUser_ShareTheUsersLimits()
    {
        var second = TestKeys.Make("k-pro-2", "pro-secret-number-2-of-32-bytes-ok");
        await using var host = await StartAsync(options => options.Keys.Add(TestKeys.Options(second, "PRO", user: "42")));

        await host.SendAsync(TestRequest.Chat(), TestKeys.Pro);
        await host.SendAsync(TestRequest.Chat(), second);
        await host.IdleAsync();

        Assert.Equal(2, (await host.StateAsync(Limit.Requests(60).PerMinute().For("user:tests/42"))).Spent);
        Assert.Equal(0, (await host.StateAsync(Limit.Requests(60).PerMinute().For("key:k-pro"))).Spent);
    }

    [Fact]
    public async Task AnAlias_IsPricedAsTheModelItStandsFor()
    {
        await using var host = await StartAsync(options =>
        {
            options.Aliases["our-deployment"] = "gpt-4o-mini";
            options.Tiers["FREE"].Models.Add("gpt-4o-mini");
        });

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(Chats.Request(model: "our-deployment")))).StatusCode);
        Assert.Equal("gpt-4o-mini", feature!.Quote!.Model);
    }

    /// <summary>Of several models the price is that of the dearest, which may be one that the tier has.</summary>
    [Fact]
    public async Task Model_ThatTheTierHasNot_IsRefusedBesideADearerOneThatItHas()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].Models.Add("gpt-4o"));

        using var answer = await host.SendAsync(TestRequest.Chat("""{"model":"gpt-4o-mini","models":["gpt-4o"],"max_tokens":20,"messages":[{"role":"user","content":"Hi"}]}"""));

        Assert.Equal("model_not_allowed", (await Problem.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task Model_BesideOthers_ThatHasNoPrice_IsNamed()
    {
        await using var host = await StartAsync(_ => { });

        using var answer = await host.SendAsync(TestRequest.Chat("""{"model":"gpt-4o-mini","models":["gpt-4o","no-such"],"max_tokens":20,"messages":[{"role":"user","content":"Hi"}]}"""));

        var problem = await Problem.ReadAsync(answer);
        Assert.Equal(("unknown_model", "models"), (problem.Code, problem.Json.GetProperty("field").GetString()));
        Assert.Contains("\"no-such\" has no price", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-4o-mini", 200)]
    [InlineData("gpt-4o", 403)]
    public async Task AModelThatMayAnswerInstead_IsOneOfTheTiersToo(string other, int status)
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].Models.Add("gpt-4o-mini"));

        using var answer = await host.SendAsync(TestRequest.Chat($$"""{"model":"gpt-4o-mini","models":["{{other}}"],"max_tokens":20,"messages":[{"role":"user","content":"Hi"}]}"""));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task ManyCallsAtOnce_NeverPassTheCap()
    {
        var gate = new TaskCompletionSource();
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async () =>
        {
            await gate.Task;
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm())
        {
            Options = options => options.Tiers["FREE"].RequestsPerMinute = 7,
        });

        var calls = Enumerable.Range(0, 40).Select(_ => host.SendAsync(TestRequest.Chat())).ToList();
        var refused = calls.Count - 7;
        var early = new List<HttpResponseMessage>();
        while (early.Count < refused)
        {
            var done = await Task.WhenAny(calls);
            calls.Remove(done);
            early.Add(await done);
            var state = await host.StateAsync(Limit.Requests(7).PerMinute().For("key:k-free"));
            Assert.InRange(state.Spent + state.Held, 0, 7);
        }

        gate.SetResult();
        var served = await Task.WhenAll(calls);

        Assert.All(early, answer => Assert.Equal(429, (int)answer.StatusCode));
        Assert.All(served, answer => Assert.Equal(200, (int)answer.StatusCode));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public async Task ConcurrentCalls_AreRefusedWhileTheOthersAreOpenAndNotAfterwards()
    {
        var gate = new TaskCompletionSource();
        var inside = new SemaphoreSlim(0);
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async () =>
        {
            inside.Release();
            await gate.Task;
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm())
        {
            Options = options => options.Tiers["FREE"].ConcurrentCalls = 1,
        });

        var first = host.SendAsync(TestRequest.Chat());
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        gate.SetResult();
        await first;
        await host.IdleAsync();

        Assert.Equal((429, "rate_limited", "1"), (problem.Status, problem.Code, problem.RetryAfter));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async (HttpContext context) =>
    {
        feature = context.Features.Get<ISafeLlmFeature>();
        bound = feature!.Facts!.Bound.Tokens;
        user = context.User;
        digest = context.Request.Headers["Content-Digest"].ToString();
        using var reader = new StreamReader(context.Request.Body);
        received = await reader.ReadToEndAsync(context.RequestAborted);
        return Chats.Json(Chats.Answer());
    }).RequireSafeLlm())
    {
        Options = options,
    });
}
