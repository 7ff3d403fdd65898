using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What a tier does to the output: stop sequences in the request, and the end of an answer that is over its bound.</summary>
public sealed class OutputTests
{
    private string received = "";

    [Fact]
    public async Task StopSequences_OfTheTier_AreAddedToTheRequests()
    {
        await using var host = await StartAsync(options => AddStops(options, "THE END", "[END]"));

        await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stop\":\"mine\",", bound: "")));

        using var json = JsonDocument.Parse(received);
        Assert.Equal(["mine", "THE END", "[END]"], json.RootElement.GetProperty("stop").EnumerateArray().Select(stop => stop.GetString()));
        // Bound and stop sequences are two edits of one request.
        Assert.Equal(500, json.RootElement.EnumerateObject().Single(member => member.Name is "max_tokens" or "max_completion_tokens").Value.GetInt64());
    }

    [Fact]
    public async Task StopSequences_ForAModelThatTakesNone_AreNotAdded()
    {
        await using var host = await StartAsync(options => AddStops(options, "THE END"));

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(Chats.Request(model: "o4-mini", bound: "\"max_completion_tokens\":50,")))).StatusCode);

        Assert.DoesNotContain("THE END", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopSequences_MoreThanTheProviderTakes_AreRefusedByName()
    {
        await using var host = await StartAsync(options => AddStops(options, "THE END", "[END]"));

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stop\":[\"a\",\"b\",\"c\"],"))));

        Assert.Equal((400, "member_invalid", "stop"), (problem.Status, problem.Code, problem.Json.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AStreamThatIsCertainlyOverItsBound_IsEndedWellFormedAndChargedAsReported(bool inOneWrite)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            var chunks = Enumerable.Range(0, 200).Select(_ => Chats.Chunk(" walrus")).Append(Chats.Stop).Append(Chats.Usage(output: 200)).Append(Chats.Done).ToList();
            foreach (var chunk in inOneWrite ? [string.Concat(chunks)] : chunks) await context.Response.WriteAsync(chunk, context.RequestAborted);
        }).RequireSafeLlm()));

        using var answer = await host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":10,", more: "\"stream\":true,")));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await host.IdleAsync();

        Assert.InRange(text.Split(" walrus").Length - 1, 1, inOneWrite ? 200 : 60);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"length\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"usage\":{", text, StringComparison.Ordinal);
        // What the provider generated is what it bills, whatever the caller got of it.
        Assert.Equal(217, (await host.StateAsync(Limit.Tokens(1).PerDay().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task AnAnswerThatSaidItsLengthBeforeItWasFiltered_ArrivesWhole()
    {
        var whole = Chats.Chunk("Hi") + Chats.Stop + Chats.Usage() + Chats.Done;
        // Its length stands in the head before the first byte is written.
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Results.Text(whole, "text/event-stream")).RequireSafeLlm()));

        using var answer = await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stream\":true,")));

        Assert.Equal(Chats.Chunk("Hi") + Chats.Stop + Chats.Done, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AStreamWithinItsBound_PassesAsItCame()
    {
        var whole = string.Concat(Enumerable.Range(0, 9).Select(_ => Chats.Chunk(" walrus"))) + Chats.Stop + Chats.Usage() + Chats.Done;
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Results.Text(whole, "text/event-stream")).RequireSafeLlm()));

        using var answer = await host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":10,", more: "\"stream\":true,\"stream_options\":{\"include_usage\":true},")));

        Assert.Equal(whole, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static void AddStops(SafeLlmVerifierOptions options, params string[] stops)
    {
        foreach (var stop in stops) options.Tiers["FREE"].StopSequences.Add(stop);
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions> options) => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async (HttpContext context) =>
    {
        using var reader = new StreamReader(context.Request.Body);
        received = await reader.ReadToEndAsync(context.RequestAborted);
        return Chats.Json(Chats.Answer());
    }).RequireSafeLlm())
    {
        Options = options,
    });
}
