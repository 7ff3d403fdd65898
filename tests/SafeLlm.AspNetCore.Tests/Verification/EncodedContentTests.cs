using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Content that its client compressed, at an endpoint that takes it.</summary>
public sealed class EncodedContentTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("X-GZIP")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task EncodedContent_IsVerifiedAsSentAndReadPlain(string coding)
    {
        await using var host = await StartAsync();

        var answer = await host.SendAsync(Encoded(Chats.Request(), coding));

        Assert.Equal($"{Chats.Request().Length}||{Chats.Request()}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(1, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:k-free"))).Spent);
    }

    [Theory]
    [InlineData("zstd", 415, "unsupported_content")]
    [InlineData("gzip, br", 415, "unsupported_content")]
    public async Task ACodingThatIsNotKnown_IsRefused(string coding, int status, string code)
    {
        await using var host = await StartAsync();

        await ExpectAsync(host, Encoded(Chats.Request(), "gzip").With("content-encoding", coding), status, code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task ContentThatIsTooLargeOnceDecoded_IsRefusedAndNeverHeldWhole(string coding)
    {
        await using var host = await StartAsync();

        await ExpectAsync(host, Encoded(new string(' ', 2_000_000), coding), 413, "body_too_large");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task ContentThatIsCutOffOrOfAnotherCoding_IsRefusedAndItsNonceUsedUp(string coding)
    {
        await using var host = await StartAsync();
        var cut = Encoded(Chats.Request(), coding);
        cut.Body = cut.Body[..^40];
        await ExpectAsync(host, cut, 400, "json_invalid");
        await ExpectAsync(host, TestRequest.Chat().With("content-encoding", coding), 400, "json_invalid");

        Assert.Equal("signature_replayed", (await Problem.ReadAsync(await host.SendUnsignedAsync(cut))).Code);
    }

    [Fact]
    public async Task ACodingThatWasAddedOnTheWay_IsRefused()
    {
        await using var host = await StartAsync();

        Assert.Equal("signature_coverage", (await Problem.ReadAsync(await host.SendUnsignedAsync(host.Sign(TestRequest.Chat()).With("content-encoding", "gzip")))).Code);
    }

    private static async Task ExpectAsync(VerifierHost host, TestRequest request, int status, string code)
    {
        var problem = await Problem.ReadAsync(await host.SendAsync(request));
        Assert.Equal((status, code), (problem.Status, problem.Code));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    private static TestRequest Encoded(string text, string coding)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "br" => new BrotliStream(encoded, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Optimal),
            _ => new GZipStream(encoded, CompressionLevel.Optimal),
        })
        {
            encoder.Write(Encoding.UTF8.GetBytes(text));
        }

        var request = TestRequest.Chat().With("content-encoding", coding);
        request.Body = encoded.ToArray();
        return request;
    }

    private static Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async (HttpContext context) =>
    {
        using var reader = new StreamReader(context.Request.Body);
        return Results.Text($"{context.Request.ContentLength}|{context.Request.Headers.ContentEncoding}{context.Request.Headers["Content-Digest"]}|{await reader.ReadToEndAsync(context.RequestAborted)}");
    }).RequireSafeLlm(endpoint => endpoint.DecodeContent())));
}
