using System.Text;
using Microsoft.ML.Tokenizers;

namespace SafeLlm.Tokens;

/// <summary>
/// Counts with any tokenizer of Microsoft.ML.Tokenizers: Llama and other SentencePiece models, WordPiece, byte-pair encodings, from
/// the user's own files. Thread-safe where the tokenizer is, as all that come with the package are.
/// </summary>
/// <remarks>
/// <para>
/// Most of those tokenizers take time that grows with the square of a piece's length, a piece being what their pre-tokenizer
/// cuts. So a piece above the longest allowed is never handed to the tokenizer: it counts as many tokens as it has UTF-8 bytes
/// after normalisation. No token stands for less than a byte, so the answer is never below the tokenizer's own; and a text
/// without such a piece is counted exactly, special tokens that the tokenizer adds by itself included.
/// </para>
/// <para>
/// SentencePiece tokenizers have no pre-tokenizer and need no guard: theirs is n log n. Another tokenizer without one has the
/// whole text for a piece, and so has a <see cref="CodeGenTokenizer"/> that puts a space before what it is given.
/// </para>
/// </remarks>
public sealed class TokenizerCounter : ITokenCounter
{
    /// <summary>The longest piece that is handed to a tokenizer unless another is set, in UTF-16 units.</summary>
    public const int DefaultLongestPiece = 512;

    // the marks of beginning and end that a tokenizer may put around a text
    private const int Ends = 2;

    private readonly Tokenizer tokenizer;
    private readonly int longestPiece;
    private readonly bool isLinear;
    private readonly PreTokenizer? pieces;

    /// <summary>Makes a counter of a tokenizer.</summary>
    /// <param name="name">What quotes call it, e.g. <c>llama-2</c>.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="longestPiece">The longest piece that is handed to it, in UTF-16 units: 512 unless set. Greater is exact more often, and lets a caller cost more time.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The longest piece is below 1.</exception>
    public TokenizerCounter(string name, Tokenizer tokenizer, int longestPiece = DefaultLongestPiece)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(longestPiece, 1);
        Name = name;
        this.tokenizer = tokenizer;
        this.longestPiece = longestPiece;
        isLinear = tokenizer is SentencePieceTokenizer;
        pieces = tokenizer is CodeGenTokenizer { AddPrefixSpace: true } ? null : tokenizer.PreTokenizer;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The number of tokens; never below the tokenizer's own number, and above it only where a piece is too long to be handed to it.</summary>
    /// <param name="utf8">The text. What is no valid UTF-8 counts as U+FFFD.</param>
    public int Count(ReadOnlySpan<byte> utf8) => (int)Math.Min(int.MaxValue, Count(utf8, long.MaxValue));

    /// <summary>Whether <see cref="Count(ReadOnlySpan{byte})"/> is above a limit. Costs a whole count, unless the text has a piece that is too long.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="limit">The limit.</param>
    public bool IsOver(ReadOnlySpan<byte> utf8, int limit) => Count(utf8, limit) > limit;

    private long Count(ReadOnlySpan<byte> utf8, long limit)
    {
        var text = Encoding.UTF8.GetString(utf8);
        try
        {
            return Count(text, limit);
        }
        catch (ArgumentException)
        {
            // A normaliser refuses code points that Unicode gives to nobody. No tokenizer makes more tokens than bytes of a text.
            return utf8.Length + (long)Ends;
        }
    }

    private long Count(string text, long limit)
    {
        if (isLinear || text.Length <= longestPiece)
        {
            return tokenizer.CountTokens(text);
        }

        var normal = tokenizer.Normalizer is { } normalizer ? normalizer.Normalize(text) : text;
        if (pieces is null)
        {
            return normal.Length <= longestPiece ? tokenizer.CountTokens(text) : Encoding.UTF8.GetByteCount(normal) + (long)Ends;
        }

        return HasLongPiece(pieces, normal) ? CountPieces(pieces, normal, limit) : tokenizer.CountTokens(text);
    }

    private bool HasLongPiece(PreTokenizer splitter, string normal)
    {
        foreach (var (_, length) in splitter.PreTokenize(normal))
        {
            if (length > longestPiece)
            {
                return true;
            }
        }

        return false;
    }

    private long CountPieces(PreTokenizer splitter, string normal, long limit)
    {
        long count = Ends;
        foreach (var (offset, length) in splitter.PreTokenize(normal))
        {
            var piece = normal.AsSpan(offset, length);
            count += length > longestPiece
                ? Encoding.UTF8.GetByteCount(piece)
                : tokenizer.CountTokens(piece, considerPreTokenization: false, considerNormalization: false);
            if (count > limit)
            {
                break;
            }
        }

        return count;
    }
}
