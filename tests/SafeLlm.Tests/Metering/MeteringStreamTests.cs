using System.IO.Compression;
using System.Text;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

public sealed class MeteringStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Whole => Answers.Delta("Hel") + Answers.Delta("lo") + Answers.Stop + Answers.Done;

    [Fact]
    public async Task Stream_UsageNobodyAskedFor_IsTakenOutAgain()
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(12, 7), Answers.Done));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), Cancel);

        Assert.Contains("include_usage", world.Provider.Requests.Single().Body, StringComparison.Ordinal);
        Assert.Equal(Whole, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_UsageThatWasAskedFor_Stays()
    {
        var world = new World();
        var body = World.Body(stream: true).Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);
        string[] pieces = [Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(12, 7), Answers.Done];
        world.Provider.Then(Answers.Sse(pieces));

        using var response = await world.Http.SendAsync(World.Request(body), Cancel);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
        Assert.Equal(string.Concat(pieces), await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_EachPiece_GoesOnAtOnce()
    {
        var world = new World();
        var source = new PiecewiseStream(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Done);
        world.Provider.Then(Answers.Sse(source));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[64 << 10];

        var read = await stream.ReadAsync(buffer, Cancel);

        Assert.Equal(Answers.Delta("Hel"), Encoding.UTF8.GetString(buffer, 0, read));
        Assert.Equal(1, source.Reads);
    }

    [Fact]
    public async Task Stream_CompressedWithUsageOfOurs_IsDecodedAndFiltered()
    {
        var world = new World();
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Answers.Delta("Hel") + Answers.Delta("lo") + Answers.Stop + Answers.Usage(12, 7) + Answers.Done));
        }

        packed.Position = 0;
        var answer = Answers.Sse(packed);
        answer.Content.Headers.ContentEncoding.Add("gzip");
        world.Provider.Then(answer);

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), Cancel);

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal(Whole, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Whole_Answer_PassesUnchanged()
    {
        var world = new World();
        var body = Answers.WholeBody("H\\u00e9llo", 12, 7);
        world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.OK, body));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(Encoding.UTF8.GetByteCount(body), response.Content.Headers.ContentLength);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Stream_ReadAfterItsEnd_StaysAtTheEnd()
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Done));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, Cancel) > 0)
        {
        }

        Assert.Equal(0, await stream.ReadAsync(buffer, Cancel));
        Assert.Equal(0, stream.Read(buffer, 0, buffer.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ReadAfterItBroke_BreaksAgainAndHasNoCleanEnd(bool asksForUsage)
    {
        var world = new World();
        var body = World.Body(stream: true);
        if (asksForUsage) body = body.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = _ => Task.FromException(new IOException("The connection was reset.")) }));
        using var response = await world.Http.SendAsync(World.Request(body), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[4096];
        Assert.NotEqual(0, await stream.ReadAsync(buffer, Cancel));

        for (var i = 0; i < 3; i++)
        {
            var broken = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(buffer, Cancel).AsTask());
            Assert.Equal("The connection was reset.", broken.Message);
        }
    }

    [Fact]
    public async Task Stream_ReadAfterAReadThatWasCancelled_HasNoCleanEnd()
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = PiecewiseStream.HangAsync }));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[4096];
        Assert.NotEqual(0, await stream.ReadAsync(buffer, Cancel));
        using var leaving = new CancellationTokenSource();
        var reading = stream.ReadAsync(buffer, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(buffer, Cancel).AsTask());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Error_ThatIsCompressed_IsReadForWhatItSaysAndHandedOnAsItCame(string coding)
    {
        var world = new World();
        var packed = new MemoryStream();
        using (Stream coder = coding switch { "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true), "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true), _ => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true) })
        {
            coder.Write("""{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}"""u8);
        }

        var answer = Answers.Json(System.Net.HttpStatusCode.TooManyRequests, "");
        answer.Content = new ByteArrayContent(packed.ToArray());
        answer.Content.Headers.ContentEncoding.Add(coding);
        world.Provider.Then(answer);

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250));

        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Single(world.Provider.Requests);
        Assert.Equal(packed.ToArray(), await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(coding, Assert.Single(response.Content.Headers.ContentEncoding));
    }

    [Fact]
    public async Task Stream_SourceDisposed_WithTheResponse()
    {
        var world = new World();
        var source = new PiecewiseStream(Answers.Delta("Hel"), Answers.Done);
        world.Provider.Then(Answers.Sse(source));

        var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        response.Dispose();

        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Error_LongerThanIsReadAhead_ReachesTheCallerWhole()
    {
        var world = new World();
        var text = "{\"error\":{\"message\":\"" + new string('x', 200_000) + "\"}}";
        world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.BadRequest, text));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(text, await response.Content.ReadAsStringAsync(Cancel));
    }
}
