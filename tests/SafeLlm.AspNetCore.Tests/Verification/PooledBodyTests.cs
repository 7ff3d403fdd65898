using System.IO.Pipelines;

namespace SafeLlm.AspNetCore.Tests;

public sealed class PooledBodyTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Read_ALargeLengthThatIsOnlyDeclared_TakesNoMemoryForIt()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        using var body = (await ReadAsync(pipe.Reader, declared: Megabyte)).Body;

        Assert.Equal(1, body!.Memory.Length);
        Assert.InRange(body.Rented, 1, 32 * 1024);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Megabyte)]
    [InlineData(1)]
    public async Task Read_AContentOfManyPieces_IsWhole(int? declared)
    {
        var content = Enumerable.Range(0, Megabyte).Select(i => (byte)(i * 31)).ToArray();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        foreach (var piece in content.Chunk(7_001)) await pipe.Writer.WriteAsync(piece, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        using var body = (await ReadAsync(pipe.Reader, declared)).Body;

        Assert.Equal(content, body!.Memory.ToArray());
    }

    [Theory]
    [InlineData(Megabyte, false)]
    [InlineData(Megabyte + 1, true)]
    public async Task Read_OneByteMoreThanTheCap_IsRefused(int length, bool isRefused)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[length], TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        var (body, isLate) = await ReadAsync(pipe.Reader, declared: 10);

        Assert.Equal((isRefused, false), (body is null, isLate));
        body?.Dispose();
    }

    private static async Task<(PooledBody? Body, bool IsLate)> ReadAsync(PipeReader reader, long? declared) =>
        await PooledBody.ReadAsync(reader, declared, Megabyte, TimeProvider.System, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);
}
