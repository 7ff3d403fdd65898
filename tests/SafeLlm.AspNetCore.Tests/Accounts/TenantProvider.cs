using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>An account of a provider behind a gateway with two tenants: A has the key of tier FREE, B that of tier PRO.</summary>
internal sealed class TenantProvider
{
    private const string Answer = """{"id":"ID","object":"response","status":"completed","model":"gpt-4o-mini","output":[OUTPUT],"metadata":{"id":"resp_of_b"},"usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12}}""";

    private int calls;

    /// <summary>What its responses have for output; <c>ID</c> stands for the response's id.</summary>
    public string Output { get; set; } = """{"id":"msg_ID","type":"message","content":[]}""";

    /// <summary>The request for a response that came last.</summary>
    public string? Received { get; private set; }

    /// <summary>How many responses it made.</summary>
    public int Calls => calls;

    public static void Allow(SafeLlmVerifierOptions options) => Each(options, new SafeLlmAccountOptions { Store = true });

    public static void Each(SafeLlmVerifierOptions options, SafeLlmAccountOptions account)
    {
        foreach (var tier in options.Tiers.Values) tier.Account = account;
        options.Keys[0].Tenant = "a";
        options.Keys[1].Tenant = "b";
        // A history that only the provider knows is held at the model's whole context.
        options.Tiers["FREE"].TokensPerDay = 10_000_000;
        options.Tiers["PRO"].TokensPerDay = 10_000_000;
    }

    public static string Body(string more) => """{"model":"gpt-4o-mini","max_output_tokens":50,"input":"Say hello." """ + more + "}";

    public static TestRequest Request(string body)
    {
        var request = TestRequest.Chat(body);
        request.Target = "/v1/responses";
        return request;
    }

    public static async Task<int> SendAsync(VerifierHost host, string body, SafeLlm.Signing.SigningKey key)
    {
        using var response = await host.SendAsync(Request(body), key);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/responses", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            Received = await reader.ReadToEndAsync(context.RequestAborted);
            var answer = Answer.Replace("OUTPUT", Output, StringComparison.Ordinal).Replace("ID", "resp_" + Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            return Received.Contains("\"stream\":true", StringComparison.Ordinal)
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
