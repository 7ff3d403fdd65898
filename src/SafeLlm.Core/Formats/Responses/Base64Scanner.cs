using System.Buffers;
using System.Buffers.Text;

namespace SafeLlm.Formats;

/// <summary>Feeds JSON that stands as base64 in a member of other JSON to a skimmer, at any split.</summary>
internal sealed class Base64Scanner(JsonSkimmer inner)
{
    private static readonly SearchValues<byte> Spaces = SearchValues.Create(" \t\r\n"u8);

    private readonly byte[] _carry = new byte[4];
    private readonly byte[] _output = new byte[3 * 256];
    private int _carried;
    private bool _isEnded;

    public void Append(ReadOnlySpan<byte> text)
    {
        // The framework passes over white space within a piece, which would then read otherwise than its parts.
        while (text.IndexOfAny(Spaces) is >= 0 and var space)
        {
            AppendDense(text[..space]);
            text = text[(space + 1)..];
        }

        AppendDense(text);
    }

    /// <summary>Ends the inner document.</summary>
    public void Complete()
    {
        _carried = 0;
        _isEnded = false;
        inner.Reset();
    }

    private void AppendDense(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && !_isEnded)
        {
            if (_carried > 0 || text.Length < 4)
            {
                _carry[_carried++] = text[0];
                text = text[1..];
                if (_carried < 4) continue;
                Decode(_carry);
                _carried = 0;
                continue;
            }

            var take = Math.Min(text.Length / 4 * 4, 4 * 256);
            Decode(text[..take]);
            text = text[take..];
        }
    }

    /// <summary>Decodes whole quads, up to one that is padded or no base64: the document is over there, or broken, as its reader says.</summary>
    private void Decode(ReadOnlySpan<byte> quads)
    {
        if (Base64.DecodeFromUtf8(quads, _output, out _, out var written) == OperationStatus.Done)
        {
            inner.Append(_output.AsSpan(0, written));
            _isEnded = quads[^1] == '=';
            return;
        }

        if (quads.Length == 4) _isEnded = true;
        for (; quads.Length > 4 && !_isEnded; quads = quads[4..]) Decode(quads[..4]);
        if (!_isEnded) Decode(quads);
    }
}
