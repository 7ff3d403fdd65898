using System.Globalization;
using System.IO.Compression;
using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

/// <summary>What the fuzzer found: each read otherwise in pieces than whole, or threw.</summary>
public sealed class FuzzFindingsTests
{
    [Theory]
    [InlineData(" \0\0\0\u0010abcd")]
    [InlineData("\r\0\r\n\n{: }\r\n\r\n")]
    [InlineData(" \uFEFF{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}")]
    [InlineData("\uFEFF\0")]
    [InlineData("{\"bytes\":\"eyJ0ZXh0IjoiYSJ9*AAAAeyJ0ZXh0IjoiYSJ9\"}")]
    [InlineData("{\"bytes\":\"eyJ0ZXh0IjoiYWIifQ==eyJ0ZXh0IjoiYSJ9\"}")]
    [InlineData("{\"bytes\":\"eyJ0 ZXh0\\nIjoi YSJ9\"}")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"\\n\\\nda\"}}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"model\":\"half\n\ndata: {\"model\":\"whole\"}\n\n")]
    public void Response_OfOddBytes_ReadsTheSameInPieces(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var rules = new[] { new OpenAiChatFormat().Rules, new BedrockInvokeFormat().Rules };
        foreach (var rule in rules)
        {
            for (var size = 1; size < bytes.Length; size++) Assert.Equal(Meter(rule, bytes, bytes.Length, null), Meter(rule, bytes, size, null));
        }
    }

    [Fact]
    public void Response_InBrotliThatIsCut_ReadsTheSameInPieces()
    {
        // Stored as it is and longer than the decoder's buffer: it asks for more while it still has something to give.
        var words = new string[4000];
        for (var i = 0; i < words.Length; i++) words[i] = "data: {\"choices\":[{\"delta\":{\"content\":\"" + (i * 7919 % 104729).ToString("x", CultureInfo.InvariantCulture) + "\"}}]}\n\n";
        var text = Encoding.UTF8.GetBytes(string.Concat(words));
        var coded = new byte[text.Length * 2];
        using var encoder = new BrotliEncoder(quality: 0, window: 22);
        encoder.Compress(text, coded, out _, out var first, isFinalBlock: false);
        encoder.Flush(coded.AsSpan(first), out var rest);
        coded = coded[..(first + rest)];
        var whole = Meter(new OpenAiChatFormat().Rules, coded, coded.Length, "br");
        Assert.Equal(Meter(new OpenAiChatFormat().Rules, coded, 100, "br"), whole);
        Assert.Equal(words.Sum(word => word.Length - "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n".Length), whole.OutputBytes);
    }

    [Fact]
    public void Response_WithModelCutOffInAnEvent_HasTheModelOfTheNext()
    {
        var bytes = "data: {\"model\":\"half\n\ndata: {\"model\":\"whole\"}\n\n"u8.ToArray();
        Assert.Equal("whole", Meter(new OpenAiChatFormat().Rules, bytes, bytes.Length, null).Model);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void Response_ThatIsNotAsItsCodingDemands_HasUnknownUsage(string coding)
    {
        var random = new byte[300];
        for (var seed = 0; seed < 256; seed++)
        {
            for (var i = 0; i < random.Length; i++) random[i] = (byte)((i * 197) ^ (seed * 31) ^ (i >> 3));
            random[0] = (byte)seed;
            Assert.NotNull(Meter(new OpenAiChatFormat().Rules, random, 7, coding).UsageUnknown);
        }
    }

    [Fact]
    public void Filter_OfNameThatIsHalfAPair_PassesItOn()
    {
        var input = "data: {\"\\ud83d\":1,\"choices\":[],\"usage\":{}}\n\n"u8.ToArray();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var filter = WireFormats.Default.All[0].CreateUsageFilter()!;
        filter.Append(input, output);
        filter.Complete(output);
        Assert.Equal(input, output.WrittenSpan.ToArray());
    }

    private static ResponseReading Meter(ResponseRules rules, byte[] bytes, int size, string? coding)
    {
        var meter = new TallyMeter(rules, new ResponseHead(200, null, coding, _ => null), facts: null, _ => new WordCounter());
        for (var at = 0; at < bytes.Length; at += size) meter.Append(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        return meter.Complete();
    }
}
