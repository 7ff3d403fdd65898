using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace SafeLlm.Tests.Tokens;

/// <summary>A tokenizer of a user: each character is a token. Keeps the longest text that it was given without leave to cut it.</summary>
internal sealed class WatchedTokenizer(PreTokenizer? preTokenizer) : Tokenizer
{
    public int LongestPiece { get; private set; }

    public override PreTokenizer? PreTokenizer => preTokenizer;

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) => throw new NotSupportedException();

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var whole = text ?? textSpan.ToString();
        var tokens = new List<EncodedToken>();
        foreach (var (offset, length) in settings.ConsiderPreTokenization && preTokenizer is not null ? preTokenizer.PreTokenize(whole) : [(0, whole.Length)])
        {
            LongestPiece = Math.Max(LongestPiece, length);
            for (var index = offset; index < offset + length; index++)
            {
                tokens.Add(new EncodedToken(whole[index], whole[index].ToString(), new Range(index, index + 1)));
            }
        }

        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = whole.Length };
    }
}
