using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What arrives on the wire, as it arrives.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task ARawTarget_IsVerifiedAsItWasSent()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());

        // Uri would write the escapes in upper case.
        await raw.SendAsync(host.Sign(new TestRequest { Method = "GET", Target = "/v1/models/a%2fb%c3%a9?q=%e2%82%ac&r" }).Head("Connection: close"));

        Assert.StartsWith("HTTP/1.1 200", await raw.ReadUntilAsync("\0"), StringComparison.Ordinal);
        Assert.Contains("a%2fb", raw.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATargetInAnotherEncoding_IsNotTheSignedOne()
    {
        await using var host = await StartAsync();
        var request = host.Sign(new TestRequest { Method = "GET", Target = "/v1/models/a%2fb" });
        request.Target = "/v1/models/a%2Fb";

        Assert.Equal("signature_invalid", (await Problem.ReadAsync(await host.SendUnsignedAsync(request))).Code);
    }

    [Fact]
    public async Task AnAbsoluteFormTarget_IsVerifiedByItsPath()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(new TestRequest { Method = "GET", Target = "/v1/models/a" });
        request.Target = $"http://{host.Authority}/v1/models/a";

        await raw.SendAsync(request.Head("Connection: close"));

        Assert.StartsWith("HTTP/1.1 200", await raw.ReadUntilAsync("\0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAbsoluteFormTargetForAnotherHost_IsRefused()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(new TestRequest { Method = "GET", Target = "/v1/models/a" });
        request.Target = "http://evil.example.com/v1/models/a";

        await raw.SendAsync(request.Head("Connection: close"));

        Assert.StartsWith("HTTP/1.1 4", await raw.ReadUntilAsync("\0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DotSegments_ReachNoOtherEndpointThanTheOneThatWasRead()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(new TestRequest { Method = "GET", Target = "/v1/models/../files/a" });

        await raw.SendAsync(request.Head("Connection: close"));

        Assert.StartsWith("HTTP/1.1 404", await raw.ReadUntilAsync("\0"), StringComparison.Ordinal);
        Assert.Contains("unknown_route", raw.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChunkedBody_ReachesTheEndpointWholeWithItsLength()
    {
        await using var host = await StartAsync();
        var request = host.Sign(TestRequest.Chat());
        request.IsChunked = true;

        var response = await host.SendUnsignedAsync(request);

        Assert.Equal($"{request.Body.Length}||{Chats.Request()}", await TextAsync(response));
    }

    [Fact]
    public async Task Http2WithoutTls_IsVerifiedAlike()
    {
        await using var host = await StartAsync(HttpProtocols.Http2);
        var request = TestRequest.Chat();
        request.Version = new Version(2, 0);
        host.Sign(request);

        var accepted = await host.SendUnsignedAsync(request);
        var replayed = await host.SendUnsignedAsync(request);

        Assert.Equal((200, new Version(2, 0)), ((int)accepted.StatusCode, accepted.Version));
        Assert.Equal("signature_replayed", (await Problem.ReadAsync(replayed)).Code);
    }

    [Fact]
    public async Task Http2WithoutADeclaredLength_IsReadUnderTheCap()
    {
        await using var host = await StartAsync(HttpProtocols.Http2);
        var request = host.Sign(TestRequest.Chat(Chats.Request(new string('a', 5000))));
        request.Version = new Version(2, 0);
        using var message = request.ToMessage(host.Address);
        message.Content!.Headers.ContentLength = null;
        message.Headers.TransferEncodingChunked = null;

        var response = await host.Client.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal("body_too_large", (await Problem.ReadAsync(response)).Code);
    }

    [Fact]
    public async Task Expect100_GetsItsContinueOnlyWhereTheHeadVerified()
    {
        await using var host = await StartAsync();
        using var good = new RawExchange(host.Connect());
        using var bad = new RawExchange(host.Connect());
        var request = host.Sign(TestRequest.Chat());
        var length = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}");

        await good.SendAsync(request.Head(length, "Expect: 100-continue", "Connection: close"));
        await good.ReadUntilAsync("100 Continue\r\n\r\n");
        await good.SendAsync(request.Body);
        await good.ReadUntilAsync("\0");
        await bad.SendAsync(request.With("signature", null).Head(length, "Expect: 100-continue", "Connection: close"));
        await bad.ReadUntilAsync("signature_required");

        Assert.Contains("HTTP/1.1 200", good.Received, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", bad.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("100 Continue", bad.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatTricklesOverTheCap_IsCutOffAtIt()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(TestRequest.Chat());
        await raw.SendAsync(request.Head("Transfer-Encoding: chunked"));

        for (var sent = 0; sent <= 2048; sent += 512) await raw.SendAsync("200\r\n" + new string(' ', 512) + "\r\n");
        var answer = await raw.ReadUntilAsync("body_too_large");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatTricklesForLongerThanASignatureLives_IsCutOff()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        await raw.SendAsync(host.Sign(TestRequest.Chat()).Head("Transfer-Encoding: chunked", "Expect: 100-continue"));
        // It is being read.
        await raw.ReadUntilAsync("100 Continue\r\n\r\n");
        await raw.SendAsync("1\r\n \r\n");

        host.Time.Advance(TimeSpan.FromSeconds(301));
        await raw.SendAsync("1\r\n \r\n");
        var answer = await raw.ReadUntilAsync("The content took longer");

        Assert.Contains("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Contains("signature_expired", answer, StringComparison.Ordinal);
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public async Task AnAbortInTheMiddleOfTheBody_LeavesNothingBehind()
    {
        await using var host = await StartAsync();
        var request = host.Sign(TestRequest.Chat());
        using (var raw = new RawExchange(host.Connect()))
        {
            await raw.SendAsync(request.Head(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}")));
            await raw.SendAsync(request.Body[..10]);
            raw.Reset();
        }

        Assert.Equal(200, (int)(await host.SendUnsignedAsync(request)).StatusCode);
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Empty(host.Log.Of(LogLevel.Error));
    }

    /// <summary>What callers do to their own connections would bury what an operator has to read.</summary>
    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("5\r\n123456789\r\n")]
    public async Task ChunksThatCannotBeRead_AreRefusedAndAreNoErrorOfTheService(string chunk)
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());

        await raw.SendAsync(host.Sign(TestRequest.Chat()).Head("Transfer-Encoding: chunked"));
        await raw.SendAsync(chunk);
        var answer = await raw.ReadUntilAsync("\0");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("The content did not arrive whole", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        await host.IdleAsync();
        Assert.Empty(host.Log.Of(LogLevel.Error));
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACallerThatLeavesInTheMiddleOfItsBody_IsNoErrorOfTheService(bool resets)
    {
        await using var host = await StartAsync();
        var raw = new RawExchange(host.Connect());
        await raw.SendAsync(host.Sign(TestRequest.Chat()).Head("Transfer-Encoding: chunked", "Expect: 100-continue"));
        // It is being read.
        await raw.ReadUntilAsync("100 Continue\r\n\r\n");

        if (resets) raw.Reset();
        raw.Dispose();
        await host.IdleAsync();

        Assert.Empty(host.Log.Of(LogLevel.Error));
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public async Task TwoConflictingLengths_AreRefusedByTheServer()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());

        await raw.SendAsync(host.Sign(TestRequest.Chat()).Head("Content-Length: 5", "Content-Length: 6", "Connection: close"));

        Assert.StartsWith("HTTP/1.1 400", await raw.ReadUntilAsync("\0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEndpointsStream_EndsWithTheCall()
    {
        Stream? kept = null;
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", (HttpContext context) =>
        {
            kept = context.Request.Body;
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm()));

        await TextAsync(await host.SendAsync(TestRequest.Chat()));
        // An answer can arrive before its call has ended.
        await host.IdleAsync();

        Assert.Throws<ObjectDisposedException>(() => kept!.ReadExactly(new byte[1]));
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) => await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static Task<VerifierHost> StartAsync(HttpProtocols protocols = HttpProtocols.Http1) => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapGet("/v1/files/{name}", (string name) => name).RequireSafeLlm();
        app.MapGet("/v1/models/{name}", (string name) => name).RequireSafeLlm();
        app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var first = await reader.ReadToEndAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
            using var again = new StreamReader(context.Request.Body, Encoding.UTF8);
            Assert.Equal(first, await again.ReadToEndAsync(context.RequestAborted));
            return $"{context.Request.ContentLength}|{context.Request.Headers.TransferEncoding}|{first}";
        }).RequireSafeLlm();
    })
    {
        Protocols = protocols,
        Options = options => options.MaxBodyBytes = 2048,
    });
}
