using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

/// <summary>The first event of a stream that is compressed: looked into like that of a plain one, and handed on as it came.</summary>
public sealed class EncodedStartTests
{
    private const string Overloaded = "event: error\r\ndata: {\"error\":{\"message\":\"busy\",\"type\":\"overloaded_error\",\"code\":\"overloaded_error\"}}\n\n";

    // It asks for usage itself, so that nothing is taken out of its answer.
    private const string Asked = """{"model":"gpt-4.1-mini","max_tokens":100,"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""";

    private static readonly string Whole = Answers.Delta("Hi") + Answers.Stop + Answers.Usage(12, 7) + Answers.Done;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> Codings => new(
        from coding in (string[])["gzip", "x-gzip", "br", "deflate", "deflate, bare"]
        from step in (int[])[1, 7, int.MaxValue]
        select (coding, step));

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task OverloadAsFirstEvent_IsTriedAgain(string coding, int step)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        var whole = Pack(coding, Whole);
        world.Provider.Then(Answer(coding, new Trickle(Pack(coding, ": keep-alive\n\n" + Overloaded), step))).Then(Answer(coding, new Trickle(whole, step)));

        using var response = await world.SendWhileTimePassesAsync(World.Request(Asked), TimeSpan.FromMilliseconds(250));

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(whole, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(Name(coding), Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task OverloadedToTheEnd_ReachesTheCallerAsItCame(string coding, int step)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        var packed = Pack(coding, Overloaded);
        world.Provider.Otherwise = _ => Answer(coding, new Trickle(packed, step));

        using var response = await world.SendWhileTimePassesAsync(World.Request(Asked), TimeSpan.FromMilliseconds(250));

        Assert.Equal(3, world.Provider.Requests.Count);
        Assert.Equal(packed, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(Name(coding), Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task AnAnswer_IsSettledByItsUsage_AlsoWhereOursIsTakenOut()
    {
        var spent = new List<long>();
        foreach (var body in (string[])[Asked, World.Body(stream: true)])
        {
            foreach (var coding in (string[])["gzip", "br", "deflate"])
            {
                var world = new World().With(Limit.Dollars(1).PerDay());
                world.Provider.Then(Answer(coding, new Trickle(Pack(coding, Whole), 5)));
                using var response = await world.Http.SendAsync(World.Request(body), Cancel);
                await response.Content.ReadAsByteArrayAsync(Cancel);
                spent.Add((await world.StateAsync()).Spent);
            }
        }

        // 12 in at 0.40 dollars a million, 7 out at 1.60
        Assert.All(spent, nanos => Assert.Equal(16_000, nanos));
    }

    public static TheoryData<string, string, byte[]> Passes => new()
    {
        { "an overload behind text", "gzip", Pack("gzip", Answers.Delta("Hi") + Overloaded) },
        { "no gzip", "gzip", Encoding.UTF8.GetBytes(Overloaded) },
        { "no brotli", "br", [0xFF, 0xFF, 0xFF, 0xFF, .. Encoding.UTF8.GetBytes(Overloaded)] },
        { "no deflate", "deflate", [0x78, 0xFF, .. Encoding.UTF8.GetBytes(Overloaded)] },
        { "a coding that breaks", "gzip", [.. Pack("gzip", Noise(2_000))[..500], .. new byte[500]] },
        { "cut before its first event ends", "br", Pack("br", Noise(2_000))[..500] },
        { "nothing", "gzip", [] },
        { "an empty deflate", "deflate", [] },
        { "a coding that nobody knows here", "zstd", Encoding.UTF8.GetBytes(Overloaded) },
        { "two codings", "gzip, br", Pack("gzip", Overloaded) },
        { "more bytes than are looked at", "gzip", Pack("gzip", ": " + Noise(100_000) + "\n\n" + Overloaded) },
        { "few bytes that are many", "gzip", Pack("gzip", ": " + new string('x', 20_000_000) + "\n\n" + Overloaded) },
        { "as many in Brotli", "br", Pack("br", ": " + new string('x', 20_000_000) + "\n\n" + Overloaded) },
    };

    [Theory]
    [MemberData(nameof(Passes), DisableDiscoveryEnumeration = true)]
    public async Task WhatTellsNoOverload_IsHandedOnAsItCame(string what, string coding, byte[] packed)
    {
        Assert.NotEmpty(what);
        foreach (var step in (int[])[300, int.MaxValue])
        {
            var world = new World();
            world.Provider.Then(Answer(coding, new Trickle(packed, step)));

            using var response = await world.SendWhileTimePassesAsync(World.Request(Asked), TimeSpan.FromMilliseconds(250));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Single(world.Provider.Requests);
            Assert.Equal(packed, await response.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task AStream_BeginsWithItsFirstEvent_AndIsReadNoFurther(string coding)
    {
        var world = new World();
        var packed = new MemoryStream();
        using var coder = Coder(coding, packed);
        coder.Write(Encoding.UTF8.GetBytes(Answers.Delta("Hi")));
        coder.Flush();
        // No pause: a stream that never ends, whose reading ends with its cancellation.
        var source = new Trickle(packed.ToArray(), int.MaxValue) { AtEnd = PiecewiseStream.HangAsync };
        world.Provider.Then(Answer(coding, source));

        using var response = await world.Http.SendAsync(World.Request(Asked), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var read = new byte[packed.Length];
        await stream.ReadExactlyAsync(read, Cancel);

        Assert.Equal(packed.ToArray(), read);
    }

    [Fact]
    public async Task AStream_LostBeforeItsFirstEvent_IsTriedAgain()
    {
        var world = new World();
        var packed = Pack("gzip", Whole);
        world.Provider.Then(Answer("gzip", new Trickle(packed[..20], 9) { AtEnd = _ => throw new IOException("reset") })).Then(Answer("gzip", new Trickle(packed, 9)));

        using var response = await world.SendWhileTimePassesAsync(World.Request(Asked), TimeSpan.FromMilliseconds(250));

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(packed, await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task AnOverload_WhoseCodingIsCutBehindIt_IsTriedAgain()
    {
        var world = new World();
        world.Provider.Then(Answer("gzip", new Trickle(Pack("gzip", Overloaded)[..^8], int.MaxValue))).Then(Answer("gzip", new Trickle(Pack("gzip", Whole), int.MaxValue)));

        using var response = await world.SendWhileTimePassesAsync(World.Request(Asked), TimeSpan.FromMilliseconds(250));

        Assert.Equal(2, world.Provider.Requests.Count);
    }

    private static HttpResponseMessage Answer(string coding, Stream stream)
    {
        var response = Answers.Sse(stream);
        response.Content.Headers.TryAddWithoutValidation("Content-Encoding", Name(coding));
        return response;
    }

    private static string Name(string coding) => coding == "deflate, bare" ? "deflate" : coding;

    private static byte[] Pack(string coding, string text)
    {
        var packed = new MemoryStream();
        using (var coder = Coder(coding, packed)) coder.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static Stream Coder(string coding, Stream packed) => coding switch
    {
        "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        "deflate, bare" => new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        _ => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
    };

    // Letters that no coding makes much shorter, the same at each run.
    private static string Noise(int length)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < length; i++) text.Append(Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(i))));
        return text.ToString(0, length);
    }

    /// <summary>Gives a few bytes a read, then ends: by itself unless told otherwise.</summary>
    private sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public Func<CancellationToken, Task>? AtEnd { get; init; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Read(buffer.Span[..Math.Min(step, buffer.Length)]);
            if (read == 0 && AtEnd is { } end) await end(cancellationToken);
            return read;
        }
    }
}
