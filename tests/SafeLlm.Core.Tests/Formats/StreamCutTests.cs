using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SafeLlm.Formats;
using SafeLlm.Tests.Tokens;

namespace SafeLlm.Tests.Formats;

/// <summary>Streams that are not lines of text are cut between their events too, wherever their bytes are split.</summary>
public sealed class StreamCutTests
{
    // 1,024 bytes are allowed beside 8 for each of 10 tokens
    private const string Words = "The tide waits for nobody, and the budget neither, whatever was asked. ";
    private const int Allowed = 1_104;

    public static TheoryData<int> Splits => [1, 2, 3, 7, 64, 333, 100_000];

    [Theory]
    [MemberData(nameof(Splits))]
    public void GeminiArray_OverItsBound_IsStillAnArray(int split)
    {
        var element = $$"""{"candidates":[{"content":{"parts":[{"text":"[{\"} {{Words}}"}],"role":"model"},"index":0}]}""";
        var stream = "[" + string.Join("\n,\r\n", Enumerable.Repeat(element, 60)) + "\n]";

        var cut = Cut(
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:streamGenerateContent",
            """{"generationConfig":{"maxOutputTokens":10},"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""",
            "application/json",
            Encoding.UTF8.GetBytes(stream),
            split);

        using var array = JsonDocument.Parse(cut);
        var elements = array.RootElement.EnumerateArray().ToArray();
        Assert.All(elements[..^1], given => Assert.Equal(element, given.GetRawText()));
        Assert.Equal("MAX_TOKENS", elements[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString());

        // What passes the bound goes on with its event, and nothing behind it.
        Assert.Equal((Allowed / (Words.Length + 4)) + 2, elements.Length);
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void BedrockFrames_OverTheirBound_CloseTheBlockAndStop(int split)
    {
        var start = AwsFrames.Event("messageStart", """{"role":"assistant"}""");
        var delta = AwsFrames.Event("contentBlockDelta", $$"""{"contentBlockIndex":3,"delta":{"text":"{{Words}}"},"p":"abcdefgh"}""");
        byte[] stream = [.. start, .. Enumerable.Repeat(delta, 60).SelectMany(frame => frame)];

        var cut = Cut(
            "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream",
            """{"inferenceConfig":{"maxTokens":10},"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""",
            "application/vnd.amazon.eventstream",
            stream,
            split);

        var frames = Frames(cut).ToArray();
        Assert.Equal((Allowed / Words.Length) + 4, frames.Length);
        Assert.Equal("messageStart", frames[0].Type);
        Assert.All(frames[1..^2], frame => Assert.Equal("contentBlockDelta", frame.Type));
        Assert.Equal(("contentBlockStop", """{"contentBlockIndex":3}"""), frames[^2]);
        Assert.Equal(("messageStop", """{"stopReason":"max_tokens"}"""), frames[^1]);
    }

    [Fact]
    public void BedrockFrames_WithinTheirBound_PassUnchanged()
    {
        byte[] stream =
        [
            .. AwsFrames.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hi"}}"""),
            .. AwsFrames.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
            .. AwsFrames.Event("messageStop", """{"stopReason":"end_turn"}"""),
        ];

        Assert.Equal(stream, Cut(
            "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream",
            """{"inferenceConfig":{"maxTokens":10},"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""",
            "application/vnd.amazon.eventstream",
            stream,
            5));
    }

    private static byte[] Cut(string uri, string body, string mediaType, byte[] stream, int split)
    {
        var facts = Calls.Read(uri, body);
        var cut = Assert.IsType<StreamCut>(StreamCut.For(facts, mediaType));
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, mediaType, null, _ => null));
        var given = new MemoryStream();
        for (var at = 0; at < stream.Length && !cut.IsDone; at += split)
        {
            var piece = stream.AsSpan(at, Math.Min(split, stream.Length - at));
            given.Write(piece[..cut.Allow(piece, meter)]);
        }

        if (cut.IsDone) given.Write(cut.Ending.Span);
        return given.ToArray();
    }

    private static IEnumerable<(string Type, string Payload)> Frames(byte[] stream)
    {
        for (var at = 0; at < stream.Length;)
        {
            var frame = stream.AsSpan(at, BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(at)));
            var headers = BinaryPrimitives.ReadInt32BigEndian(frame[4..]);
            Assert.Equal(Checksum(frame[..8]), BinaryPrimitives.ReadUInt32BigEndian(frame[8..]));
            Assert.Equal(Checksum(frame[..^4]), BinaryPrimitives.ReadUInt32BigEndian(frame[^4..]));
            at += frame.Length;
            yield return (
                Encoding.ASCII.GetString(AwsEventHeaders.Find(frame.Slice(12, headers), ":event-type"u8)),
                Encoding.UTF8.GetString(frame[(12 + headers)..^4]));
        }
    }

    // By the remainder's definition, a bit at a time: another way than the product's.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var isSet = (((value >> bit) & 1) ^ (remainder & 1)) != 0;
                remainder = (remainder >> 1) ^ (isSet ? 0xEDB8_8320u : 0);
            }
        }

        return remainder ^ uint.MaxValue;
    }
}
