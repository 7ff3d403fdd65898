using System.Text;
using SafeLlm.Cli.Traffic;

namespace SafeLlm.Cli.Tests.Traffic;

public sealed class TrafficLinesTests
{
    [Fact]
    public async Task Lines_OfALongFile_AreWrittenBeforeItIsReadToItsEnd()
    {
        using var output = new MemoryStream();
        var line = Encoding.UTF8.GetBytes(TrafficRun.Line("a", "POST", "https://api.openai.com/v1/embeddings", "{}") + "\n");
        long writtenAtLast = 0;
        using var input = new LineSource(line, 20_000, () => writtenAtLast = output.Length);

        Assert.Equal(0, await TrafficLines.CopyAsync(input, output, (_, json) => json.WriteNull("x"), TestContext.Current.CancellationToken));

        Assert.Equal(20_000 * "{\"id\":\"a\",\"x\":null}\n".Length, output.Length);
        Assert.InRange(output.Length - writtenAtLast, 0, 256 * 1024);
    }

    [Fact]
    public async Task Line_ThatIsTooLong_IsPassedOverAndNumbered()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("one\n" + new string('x', 300_000) + "\nthree\n" + new string('y', 300_000)));
        var lines = new LineReader(input, 100_000);
        var read = new List<string>();
        while (await lines.ReadAsync(TestContext.Current.CancellationToken) is { } line) read.Add($"{lines.Number} {lines.IsTooLong} {Encoding.UTF8.GetString(line.Span)}");

        Assert.Equal(["1 False one", "2 True ", "3 False three", "4 True "], read);
    }

    /// <summary>The same line many times, made as it is read.</summary>
    private sealed class LineSource(byte[] line, int count, Action atLast) : MemoryStream
    {
        private int _left = count;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var take = Math.Min(buffer.Length / line.Length, _left);
            for (var i = 0; i < take; i++) line.CopyTo(buffer[(i * line.Length)..]);
            _left -= take;
            if (_left == 0 && take > 0) atLast();
            return ValueTask.FromResult(take * line.Length);
        }
    }
}
