using System.Buffers;
using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class UsageChunkFilterTests
{
    private const string Usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Filter_OfStreamWithUsageChunk_TakesOutOnlyThat(string end)
    {
        string[] before = [": hi", "", "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":null}", "", "data: {\"choices\":[],\"prompt_filter_results\":[{}]}", ""];
        string[] after = ["data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":1}}", "", "data: [DONE]", "", ""];
        var input = string.Join(end, [.. before, Usage, "", .. after]);
        var expected = string.Join(end, [.. before, .. after]);
        for (var size = 1; size <= input.Length; size++) Assert.Equal(expected, Run(input, size));
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: {\"choices\":[],\"usage\":null}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":")]
    [InlineData("data: no json\n\n\n\n: x\n")]
    [InlineData("{\"choices\":[],\"usage\":{}}")]
    [InlineData("data: {\"choices\":[],\"usage\":{\"x\":{\"choices\":[{}]}}}\n\n")]
    [InlineData("data: {\"choices\":[],\ndata: \"usage\":{}}\n\n")]
    public void Filter_OfOtherBytes_LeavesThem(string input)
    {
        for (var size = 1; size <= input.Length; size++) Assert.Equal(input, Run(input, size));
    }

    [Fact]
    public void Filter_OfUsageChunkWithoutBlankLine_TakesItOut() => Assert.Equal("", Run(Usage, 5));

    [Fact]
    public void Filter_OfEndlessLine_PassesItOn()
    {
        var filter = WireFormats.Default.All[0].CreateUsageFilter()!;
        var output = new ArrayBufferWriter<byte>();
        var sent = 0;
        for (; sent < 1 << 20; sent += 1000) filter.Append(Encoding.ASCII.GetBytes(new string('x', 1000)), output);
        Assert.InRange(output.WrittenCount, sent - 8 * 1024, sent);
    }

    [Fact]
    public void Filter_OfBegunChoice_PassesItOnAtOnce()
    {
        var filter = WireFormats.Default.All[0].CreateUsageFilter()!;
        var output = new ArrayBufferWriter<byte>();
        filter.Append("data: {\"choices\":[{\"delta\":{\"con"u8, output);
        Assert.Equal("data: {\"choices\":[{\"delta\":{\"con", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static string Run(string input, int size)
    {
        var filter = WireFormats.Default.All[0].CreateUsageFilter()!;
        var output = new ArrayBufferWriter<byte>();
        var bytes = Encoding.UTF8.GetBytes(input);
        for (var at = 0; at < bytes.Length; at += size) filter.Append(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)), output);
        filter.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
