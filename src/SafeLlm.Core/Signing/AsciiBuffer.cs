using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>ASCII bytes that grow: on the stack while they fit, then in a pooled array.</summary>
internal ref struct AsciiBuffer(Span<byte> initial)
{
    private Span<byte> _bytes = initial;
    private byte[]? _rented;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _bytes[..Length];

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        this = default;
    }

    public void Append(scoped ReadOnlySpan<byte> ascii)
    {
        ascii.CopyTo(Reserve(ascii.Length));
        Length += ascii.Length;
    }

    public void Append(byte ascii)
    {
        Reserve(1)[0] = ascii;
        Length++;
    }

    /// <summary>Appends text; false, with nothing appended, where it holds a character outside ASCII.</summary>
    public bool TryAppend(scoped ReadOnlySpan<char> text)
    {
        if (Ascii.FromUtf16(text, Reserve(text.Length), out var written) != OperationStatus.Done) return false;
        Length += written;
        return true;
    }

    public void AppendInteger(long value)
    {
        _ = value.TryFormat(Reserve(20), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    public void AppendBase64(scoped ReadOnlySpan<byte> bytes)
    {
        _ = Base64.EncodeToUtf8(bytes, Reserve(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        Length += written;
    }

    public void AppendBase64Url(scoped ReadOnlySpan<byte> bytes) =>
        Length += Base64Url.EncodeToUtf8(bytes, Reserve(Base64Url.GetEncodedLength(bytes.Length)));

    public override readonly string ToString() => ToString(0);

    public readonly string ToString(int start) => Encoding.Latin1.GetString(Written[start..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int length)
    {
        if (_bytes.Length - Length < length) Grow(length);
        return _bytes[Length..];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + length, _bytes.Length * 2));
        Written.CopyTo(larger);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _bytes = _rented = larger;
    }
}
