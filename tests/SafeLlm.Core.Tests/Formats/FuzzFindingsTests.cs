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
    [InlineData("data: {\"choices\":[{\"text\":\"a\"}]}\n\ndata: {\"choices\":[{\"text\":\"b\"}]}\n\ndata: {\"choices\":[{\"text\":\"\\n\\\nda\"}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"text\":\"a\"}]}\n\ndata: {\"model\":\"half\n\ndata: {\"model\":\"whole\"}\n\n")]
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
