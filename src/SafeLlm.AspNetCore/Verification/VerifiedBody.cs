using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The bytes that were verified, as the stream that the endpoint reads. It ends with the call: its buffer belongs to another
/// request afterwards.
/// </summary>
internal sealed class VerifiedBody(ReadOnlyMemory<byte> bytes) : Stream, IRequestBodyPipeFeature
{
    private ReadOnlyMemory<byte>? content = bytes;
    private PipeReader? reader;
    private int position;

    /// <summary>The content from where it stands, without a copy.</summary>
    public PipeReader Reader => reader ??= PipeReader.Create(new ReadOnlySequence<byte>(Content[position..]));

    public override bool CanRead => content is not null;

    public override bool CanSeek => content is not null;

    public override bool CanWrite => false;

    public override long Length => Content.Length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 && value <= Content.Length
            ? (int)value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The content has {Content.Length} bytes.");
    }

    private ReadOnlyMemory<byte> Content => content ?? throw new ObjectDisposedException(nameof(VerifiedBody), "The call is over, and its content with it. Copy what is needed later.");

    public override int Read(Span<byte> buffer)
    {
        var rest = Content.Span[position..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => Content.Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Verified content does not change.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Verified content does not change.");

    /// <summary>Ends it.</summary>
    public void End() => content = null;
}
