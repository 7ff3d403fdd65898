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

    [Theory]
    [InlineData("anthropic.claude-3-haiku-20240307-v1%3A0", """{"max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}""", """{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}""", """{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"TEXT"}}""", """{"type":"content_block_stop","index":2}|{"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":10}}|{"type":"message_stop"}""")]
    [InlineData("anthropic.claude-v2", """{"max_tokens_to_sample":10,"prompt":"Hi"}""", null, """{"type":"completion","completion":"TEXT","stop_reason":null,"stop":null}""", """{"type":"completion","completion":"","stop_reason":"max_tokens","stop":null}""")]
    [InlineData("amazon.nova-lite-v1%3A0", """{"inferenceConfig":{"maxTokens":10},"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""", """{"messageStart":{"role":"assistant"}}""", """{"contentBlockDelta":{"delta":{"text":"TEXT"},"contentBlockIndex":1}}""", """{"contentBlockStop":{"contentBlockIndex":1}}|{"messageStop":{"stopReason":"max_tokens"}}""")]
    [InlineData("amazon.titan-text-express-v1", """{"textGenerationConfig":{"maxTokenCount":10},"inputText":"Hi"}""", null, """{"outputText":"TEXT","index":0,"totalOutputTextTokenCount":null,"completionReason":null}""", """{"outputText":"","index":0,"totalOutputTextTokenCount":null,"completionReason":"LENGTH","inputTextTokenCount":null}""")]
    [InlineData("meta.llama3-8b-instruct-v1%3A0", """{"max_gen_len":10,"prompt":"Hi"}""", null, """{"generation":"TEXT","prompt_token_count":null,"generation_token_count":1,"stop_reason":null}""", """{"generation":"","prompt_token_count":null,"generation_token_count":null,"stop_reason":"length"}""")]
    [InlineData("mistral.mistral-7b-instruct-v0%3A2", """{"max_tokens":10,"prompt":"Hi"}""", null, """{"outputs":[{"text":"TEXT","stop_reason":null}]}""", """{"outputs":[{"text":"","stop_reason":"length"}]}""")]
    [InlineData("cohere.command-r-v1%3A0", """{"max_tokens":10,"message":"Hi"}""", null, """{"is_finished":false,"event_type":"text-generation","text":"TEXT"}""", """{"is_finished":true,"event_type":"stream-end","finish_reason":"MAX_TOKENS"}""")]
    [InlineData("openai.gpt-oss-20b-1%3A0", """{"max_completion_tokens":10,"messages":[{"role":"user","content":"Hi"}]}""", null, """{"choices":[{"index":0,"delta":{"content":"TEXT"},"finish_reason":null}]}""", """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""")]
    public void BedrockChunks_OverTheirBound_EndInTheWordsOfTheirModel(string model, string body, string? first, string piece, string end)
    {
        // Text that quotes another maker's chunk is text.
        var delta = Chunk(piece.Replace("TEXT", "\\\"outputs\\\":[ " + Words, StringComparison.Ordinal));
        byte[] stream = [.. first is null ? [] : Chunk(first), .. Enumerable.Repeat(delta, 60).SelectMany(frame => frame)];

        foreach (var split in (int[])[1, 7, 333, 100_000])
        {
            var cut = Cut($"https://bedrock-runtime.us-east-1.amazonaws.com/model/{model}/invoke-with-response-stream", body, "application/vnd.amazon.eventstream", stream, split);

            var chunks = Frames(cut).Select(frame => Decoded(frame.Payload)).ToArray();
            var ends = end.Split('|');
            Assert.True(chunks.Length < 60);
            Assert.Equal(ends, chunks[^ends.Length..]);
            Assert.StartsWith(Encoding.Latin1.GetString(cut.AsSpan(0, cut.Length - ends.Sum(document => Chunk(document).Length))), Encoding.Latin1.GetString(stream), StringComparison.Ordinal);
        }
    }

    private static byte[] Chunk(string document) =>
        AwsFrames.Event("chunk", $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(document))}}"}""");

    private static string Decoded(string payload)
    {
        using var json = JsonDocument.Parse(payload);
        return Encoding.UTF8.GetString(json.RootElement.GetProperty("bytes").GetBytesFromBase64());
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
