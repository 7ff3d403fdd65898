using System.Buffers;
using System.Buffers.Text;

namespace SafeLlm.Formats;

/// <summary>Feeds JSON that stands as base64 in a member of other JSON to a skimmer, at any split.</summary>
internal sealed class Base64Scanner(JsonSkimmer inner)
{
    private readonly byte[] _carry = new byte[4];
    private readonly byte[] _output = new byte[3 * 256];
    private int _carried;

    public void Append(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
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

    /// <summary>Ends the inner document.</summary>
    public void Complete()
    {
        _carried = 0;
        inner.Reset();
    }

    private void Decode(ReadOnlySpan<byte> text)
    {
        // What is no base64 is dropped: the document is then broken, which its reader says.
        if (Base64.DecodeFromUtf8(text, _output, out _, out var written) == OperationStatus.Done) inner.Append(_output.AsSpan(0, written));
    }
}
