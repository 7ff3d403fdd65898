using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What goes to the provider is what was read: the same path, in the form that its services take.</summary>
public sealed class RouteTests
{
    private int calls;
    private string received = "";

    /// <summary>Mistral answers on the path on which OpenAI makes a conversation and no more.</summary>
    [Theory]
    [InlineData("""{}""", 200)]
    [InlineData("""{"items":[{"type":"message","role":"user","content":"a"}],"metadata":{"a":"b"}}""", 200)]
    [InlineData("""{"model":"mistral-large-latest","inputs":"Go on.","completion_args":{"max_tokens":100000}}""", 404)]
    [InlineData("""{"agent_id":"ag_1","inputs":"Go on."}""", 404)]
    [InlineData("""{"\u0069nputs":"Go on."}""", 404)]
    [InlineData("""[]""", 404)]
    public async Task AConversation_ThatWouldAnswer_IsNotMade(string body, int status)
    {
        await using var host = await StartAsync();

        Assert.Equal(status, await SendAsync(host, "/v1/conversations", body));
        Assert.Equal(status == 200 ? 1 : 0, calls);
    }

    /// <summary>Proxies decode the one and may merge the other: another route than the one that was read, or the same for nothing.</summary>
    [Theory]
    [InlineData("/v1/%63hat/completions")]
    [InlineData("/v1//chat/completions")]
    [InlineData("/openai/deploy%6Dents/gpt-4o/chat/completions")]
    public async Task APath_ThatIsWrittenOtherwise_IsRefused(string path)
    {
        await using var host = await StartAsync();

        Assert.Equal(404, await SendAsync(host, path, Chats.Request()));
        Assert.Equal(0, calls);
    }

    /// <summary>Mistral's streams end in usage by themselves, and it refuses to be asked.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("https://api.openai.com/v1", true)]
    [InlineData("https://api.mistral.ai", false)]
    [InlineData("https://eu.api.mistral.ai:8443/", false)]
    public async Task AStream_IsAskedForItsUsageWhereTheProviderTakesThat(string? provider, bool isAsked)
    {
        await using var host = await StartAsync(provider);

        Assert.Equal(200, await SendAsync(host, "/v1/chat/completions", Chats.Request(more: "\"stream\":true,")));
        Assert.Equal(isAsked, received.Contains("include_usage", StringComparison.Ordinal));
    }

    [Fact]
    public void ForwardToProvider_AnAddressWithoutAHost_Throws() =>
        Assert.Contains("api.mistral.ai", Assert.Throws<ArgumentException>(() => new SafeLlmEndpointOptions().ForwardToProvider(new Uri("/v1", UriKind.Relative))).Message, StringComparison.Ordinal);

    private Task<VerifierHost> StartAsync(string? provider = null) => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/{**path}", (Delegate)AnswerAsync).RequireSafeLlm(endpoint =>
    {
        if (provider is null) endpoint.ForwardToProvider();
        else endpoint.ForwardToProvider(new Uri(provider));
    }))
    {
        Options = options => options.Tiers["PRO"].Account = new SafeLlmAccountOptions { Store = true },
    });

    private static async Task<int> SendAsync(VerifierHost host, string path, string body)
    {
        var request = TestRequest.Chat(body);
        request.Target = path;
        return (int)(await host.SendAsync(request, TestKeys.Pro)).StatusCode;
    }

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        calls++;
        received = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
        return Chats.Json(Chats.Answer());
    }
}
