using System.Buffers;
using System.IO.Compression;

namespace SafeLlm.Formats;

/// <summary>Brotli.</summary>
internal sealed class BrotliContentDecoder(ContentDecoder.Take take) : ContentDecoder(take)
{
    private BrotliDecoder _decoder;
    private byte[] _kept = [];

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    /// <inheritdoc/>
    protected override bool Decode(ReadOnlySpan<byte> bytes, byte[] buffer, Take take)
    {
        if (_kept.Length > 0)
        {
            bytes = (byte[])[.. _kept, .. bytes];
            _kept = [];
        }

        while (true)
        {
            var status = _decoder.Decompress(bytes, buffer, out var consumed, out var written);
            if (written > 0) take(buffer.AsSpan(0, written));
            bytes = bytes[consumed..];
            if (status == OperationStatus.InvalidData) return false;
            if (status == OperationStatus.Done) return true;
            // It also asks for more while it still has what did not fit into the buffer.
            if (status != OperationStatus.NeedMoreData || written == buffer.Length) continue;
            _kept = bytes.ToArray();
            return true;
        }
    }
}
