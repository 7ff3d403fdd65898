using Microsoft.AspNetCore.Builder;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What the operator shares with the tenants of a tier.</summary>
public sealed class SharedIdTests
{
    private readonly List<string> deleted = [];

    /// <summary>An answer names what its call has used, shared or made.</summary>
    [Theory]
    [InlineData("/v1/conversations/conv_docs", 404)]
    [InlineData("/v1/containers/cntr_docs", 404)]
    [InlineData("/v1/containers/cntr_made", 200)]
    public async Task Use_OfWhatIsShared_DoesNotMakeItTheCallersOwn(string target, int status)
    {
        await using var host = await StartAsync();

        using (var used = await host.SendAsync(TenantProvider.Request("""{"model":"gpt-4o-mini","max_output_tokens":50,"input":"Hi.","conversation":"conv_docs"}""")))
        {
            Assert.Equal(200, (int)used.StatusCode);
        }

        await host.IdleAsync();
        using var answer = await host.SendAsync(new TestRequest { Method = "DELETE", Target = target });

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? [target] : [], deleted);
    }

    private Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/responses", () => Chats.Json("""
            {"id":"resp_1","object":"response","status":"completed","model":"gpt-4o-mini","conversation":{"id":"conv_docs"},
             "output":[{"type":"code_interpreter_call","id":"ci_1","container_id":"cntr_docs"},{"type":"code_interpreter_call","id":"ci_2","container_id":"cntr_made"}],
             "usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12}}
            """)).RequireSafeLlm();
        app.MapDelete("/{**rest}", (string rest) =>
        {
            deleted.Add("/" + rest);
            return Chats.Json("{}");
        }).RequireSafeLlm();
    })
    {
        Options = options =>
        {
            options.Tiers["FREE"].Account = new SafeLlmAccountOptions { Store = true, SharedIds = { "conv_docs", "cntr_docs" } };
            options.Tiers["FREE"].TokensPerDay = 10_000_000;
            options.Keys[0].Tenant = "a";
        },
    });
}
