using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;
using static SafeLlm.AspNetCore.Tests.TenantProvider;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Tools that run at the provider, and models that search by themselves: what a tier needs to say for them, and what they cost.</summary>
public sealed class HostedToolTests
{
    private readonly TenantProvider provider = new();

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
        provider.Output = string.Join(',', Enumerable.Repeat("""{"id":"ws_ID","type":"web_search_call","action":{"type":"search"}}""", 3));

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
        provider.Output = items;

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

    private static async Task<(string? Code, string? Field)> FieldOfAsync(HttpResponseMessage answer)
    {
        var problem = await Problem.ReadAsync(answer);
        return (problem.Code, problem.Json.GetProperty("field").GetString());
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) => provider.StartAsync(options);
}
