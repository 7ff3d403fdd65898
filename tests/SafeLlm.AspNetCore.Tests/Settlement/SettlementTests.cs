using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SafeLlm.Formats;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Whatever becomes of a call, its hold is closed exactly once, with the right amounts.</summary>
public sealed class SettlementTests
{
    private const int Bound = 50;

    private static readonly Limit Tokens = Limit.Tokens(10_000).PerDay().For("key:k-free");
    private static readonly Limit Requests = Limit.Requests(10).PerMinute().For("key:k-free");
    private static readonly Limit Dollars = Limit.Dollars(1).PerDay().For("key:k-free");

    [Fact]
    public async Task AWholeAnswer_IsSettledFromItsUsage()
    {
        await using var host = await StartAsync(() => Chats.Json(Chats.Answer(17, 9)));

        Assert.Equal(Chats.Answer(17, 9), await TextAsync(await host.SendAsync(TestRequest.Chat())));

        await ExpectAsync(host, tokens: 26, requests: 1);
        Assert.InRange((await host.StateAsync(Dollars)).Spent, 1, 100_000);
    }

    [Fact]
    public async Task WhatTheEndpointReports_GoesBeforeItsAnswerAndAddsUp()
    {
        await using var host = await StartAsync((HttpContext context) =>
        {
            var feature = context.Features.GetRequiredFeature<ISafeLlmFeature>();
            feature.ReportUsage(100, 10);
            feature.ReportUsage(new BillableUsage(1, 2, 3, 4));
            return Chats.Json(Chats.Answer(17, 9));
        });

        await host.SendAsync(TestRequest.Chat());

        await ExpectAsync(host, tokens: 120, requests: 1);
    }

    [Fact]
    public async Task AReportAfterTheCall_IsRefused()
    {
        ISafeLlmFeature? kept = null;
        await using var host = await StartAsync((HttpContext context) =>
        {
            kept = context.Features.Get<ISafeLlmFeature>();
            return Chats.Json(Chats.Answer());
        });

        await TextAsync(await host.SendAsync(TestRequest.Chat()));
        await ExpectAsync(host, tokens: 26, requests: 1);

        Assert.Throws<InvalidOperationException>(() => kept!.ReportUsage(1, 1));
        Assert.Throws<InvalidOperationException>(() => kept!.ReportNothingSent());
        Assert.Null(kept!.Facts);
    }

    [Fact]
    public async Task NothingSent_GivesTheHoldBackWhole()
    {
        await using var host = await StartAsync((HttpContext context) =>
        {
            context.Features.GetRequiredFeature<ISafeLlmFeature>().ReportNothingSent();
            return Results.Text("cached");
        });

        await host.SendAsync(TestRequest.Chat());

        await ExpectAsync(host, tokens: 0, requests: 0);
    }

    [Fact]
    public async Task AnAnswerWithoutUsage_IsChargedByPolicy()
    {
        long held = 0;
        await using var host = await StartAsync((HttpContext context) =>
        {
            held = context.Features.GetRequiredFeature<ISafeLlmFeature>().Hold.Amounts.In(Dimension.Tokens);
            return Results.Text("no usage at all");
        });

        await host.SendAsync(TestRequest.Chat());

        Assert.InRange(held, Bound, 10_000);
        await ExpectAsync(host, tokens: held, requests: 1);
        Assert.Contains("settled by policy (Worst)", host.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACutAnswerUnderFloor_IsChargedForWhatWasSeen()
    {
        await using var host = await StartAsync(
            () => Results.Text(Chats.Chunk("Hello there, walrus."), "text/event-stream"),
            options => options.OnMissingUsage = MissingUsagePolicy.Floor);

        await TextAsync(await host.SendAsync(TestRequest.Chat()));
        await host.IdleAsync();

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.InRange((await host.StateAsync(Tokens)).Spent, 6, Bound);
    }

    [Fact]
    public async Task AnEndpointThatThrows_IsChargedByPolicyOnce()
    {
        await using var host = await StartAsync(IResult () => throw new TimeoutException("upstream"));

        Assert.Equal(500, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.InRange((await host.StateAsync(Tokens)).Spent, Bound, 10_000);
        Assert.Equal(1, (await host.StateAsync(Requests)).Spent);
    }

    [Fact]
    public async Task AnEndpointThatThrowsAfterItReported_IsChargedAsReported()
    {
        await using var host = await StartAsync(IResult (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<ISafeLlmFeature>().ReportUsage(5, 5);
            throw new TimeoutException("later");
        });

        await host.SendAsync(TestRequest.Chat());

        await ExpectAsync(host, tokens: 10, requests: 1);
    }

    [Theory]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded","message":"slow down"}}""", 0, 1)]
    [InlineData(503, "", 0, 1)]
    [InlineData(400, """{"error":{"code":"invalid_request_error","message":"no"}}""", 0, 1)]
    [InlineData(429, """{"error":{"code":"insufficient_quota","message":"pay"}}""", 0, 1)]
    public async Task AnErrorThatNobodyBills_CostsNothingAndIsARequest(int status, string content, long tokens, long requests)
    {
        await using var host = await StartAsync(() => Chats.Json(content, status));

        var response = await host.SendAsync(TestRequest.Chat());

        Assert.Equal((status, content), ((int)response.StatusCode, await TextAsync(response)));
        await ExpectAsync(host, tokens, requests);
    }

    [Fact]
    public async Task AnErrorThatMayHaveBeenBilled_IsChargedByPolicy()
    {
        await using var host = await StartAsync(() => Chats.Json("""{"error":{"code":"server_error","message":"oops"}}""", 500));

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.InRange((await host.StateAsync(Tokens)).Spent, Bound, 10_000);
    }

    [Fact]
    public async Task UsageAboveTheHold_IsChargedInFullAndFlagged()
    {
        await using var host = await StartAsync(() => Chats.Json(Chats.Answer(17, 5000)));

        await host.SendAsync(TestRequest.Chat());

        await ExpectAsync(host, tokens: 5017, requests: 1);
        Assert.Contains(host.Log.Of(LogLevel.Warning), line => line.Contains("used more than was held", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStream_ArrivesAsItIsFlushedAndIsSettledAtItsEnd()
    {
        var more = new TaskCompletionSource();
        await using var host = await StartAsync(async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Chats.Chunk("first"), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task;
            await context.Response.WriteAsync(Chats.Stop + Chats.Usage() + Chats.Done, context.RequestAborted);
        });

        var response = await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stream\":true,\"stream_options\":{\"include_usage\":true},")));
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[Encoding.UTF8.GetByteCount(Chats.Chunk("first"))];
        await stream.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal(1, await host.OpenHoldsAsync());
        more.SetResult();
        using var reader = new StreamReader(stream);
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Chats.Chunk("first"), Encoding.UTF8.GetString(first));
        Assert.Equal(Chats.Stop + Chats.Usage() + Chats.Done, rest);
        await ExpectAsync(host, tokens: 26, requests: 1);
    }

    [Fact]
    public async Task UsageThatTheCallerDidNotAskFor_IsAskedForAndTakenOutOfTheStream()
    {
        var asked = "";
        await using var host = await StartAsync(async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            asked = await reader.ReadToEndAsync(context.RequestAborted);
            context.Response.ContentType = "text/event-stream";
            foreach (var character in Chats.Chunk("Hello") + Chats.Stop + Chats.Usage() + Chats.Done)
            {
                await context.Response.WriteAsync(character.ToString(), context.RequestAborted);
            }
        });

        var text = await TextAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stream\":true,"))));

        Assert.Contains("\"include_usage\":true", asked, StringComparison.Ordinal);
        Assert.Equal(Chats.Chunk("Hello") + Chats.Stop + Chats.Done, text);
        await ExpectAsync(host, tokens: 26, requests: 1);
    }

    [Fact]
    public async Task AStreamWrittenThroughTheWriter_IsMeteredAndFilteredAlike()
    {
        await using var host = await StartAsync(async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            var text = Encoding.UTF8.GetBytes(Chats.Chunk("Hello") + Chats.Stop + Chats.Usage() + Chats.Done);
            var writer = context.Response.BodyWriter;
            for (var at = 0; at < text.Length; at += 7)
            {
                var piece = text.AsMemory(at, Math.Min(7, text.Length - at));
                piece.CopyTo(writer.GetMemory(piece.Length));
                writer.Advance(piece.Length);
            }

            await writer.FlushAsync(context.RequestAborted);
        });

        var text = await TextAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stream\":true,"))));

        Assert.Equal(Chats.Chunk("Hello") + Chats.Stop + Chats.Done, text);
        await ExpectAsync(host, tokens: 26, requests: 1);
    }

    [Fact]
    public async Task ACallerThatLeavesInTheMiddle_IsChargedByPolicyAndHoldsNothing()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Chats.Chunk("first"));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }).RequireSafeLlm()));
        var request = host.Sign(TestRequest.Chat(Chats.Request(more: "\"stream\":true,\"stream_options\":{\"include_usage\":true},")));
        using (var raw = new RawExchange(host.Connect()))
        {
            await raw.SendAsync(request.Head($"Content-Length: {request.Body.Length}"));
            await raw.SendAsync(request.Body);
            await raw.ReadUntilAsync("first");
            Assert.Equal(1, await host.OpenHoldsAsync());
            raw.Reset();
        }

        await host.IdleAsync();

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.InRange((await host.StateAsync(Tokens)).Spent, Bound, 10_000);
    }

    [Fact]
    public async Task ALongStream_KeepsItsLeaseAlive()
    {
        VerifierHost? running = null;
        await using var host = await StartAsync(async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var minute = 0; minute < 30; minute++)
            {
                running!.Time.Advance(TimeSpan.FromMinutes(1));
                await context.Response.WriteAsync(": still here\n\n", context.RequestAborted);
                Assert.Equal(1, await running.OpenHoldsAsync());
            }

            await context.Response.WriteAsync(Chats.Chunk("late") + Chats.Stop + Chats.Usage() + Chats.Done, context.RequestAborted);
        });
        running = host;

        await TextAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(more: "\"stream\":true,\"stream_options\":{\"include_usage\":true},"))));
        await host.IdleAsync();

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(26, (await host.StateAsync(Tokens)).Spent);
    }

    [Fact]
    public async Task ARouteThatSpendsNoTokens_CountsAsARequest()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapGet("/v1/models", () => Chats.Json("""{"data":[]}""")).RequireSafeLlm()));

        Assert.Equal(200, (int)(await host.SendAsync(new TestRequest { Method = "GET", Target = "/v1/models" })).StatusCode);

        await ExpectAsync(host, tokens: 0, requests: 1);
    }

    [Fact]
    public async Task AnEndpointWithARequestOfItsOwn_HoldsWhatItSaysAndSettlesWhatItReports()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/summarise", (HttpContext context) =>
        {
            var feature = context.Features.GetRequiredFeature<ISafeLlmFeature>();
            Assert.Null(feature.Facts);
            Assert.Equal(1500, feature.Hold.Amounts.In(Dimension.Tokens));
            Assert.Throws<InvalidOperationException>(ReportWithoutDollars);
            feature.ReportUsage(700, 30, 0.02m);
            return "a summary";

            void ReportWithoutDollars() => feature.ReportUsage(1, 1);
        }).RequireSafeLlm(endpoint => endpoint.HoldPerCall(1000, 500, 0.05m))));
        var request = new TestRequest { Target = "/summarise", Body = "any text"u8.ToArray() }.With("content-type", "text/plain");

        Assert.Equal("a summary", await TextAsync(await host.SendAsync(request)));

        await ExpectAsync(host, tokens: 730, requests: 1);
        Assert.Equal(20_000_000, (await host.StateAsync(Dollars)).Spent);
    }

    private static async Task ExpectAsync(VerifierHost host, long tokens, long requests)
    {
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal((tokens, requests), ((await host.StateAsync(Tokens)).Spent, (await host.StateAsync(Requests)).Spent));
        Assert.Equal(0, (await host.StateAsync(Tokens)).Held);
    }

    private static Task<VerifierHost> StartAsync(Delegate endpoint, Action<SafeLlmVerifierOptions>? options = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", endpoint).RequireSafeLlm()) { Options = options });

    private static async Task<string> TextAsync(HttpResponseMessage response) => await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
