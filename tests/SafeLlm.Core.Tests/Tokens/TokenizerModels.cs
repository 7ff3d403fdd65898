using System.Text;
using Microsoft.ML.Tokenizers;

namespace SafeLlm.Tests.Tokens;

/// <summary>Small models of each kind of tokenizer, in the formats that users have them in.</summary>
internal static class TokenizerModels
{
    private static readonly string[] Words = ["\u2581", "a", "b", "e", "h", "t", "th", "the", "\u2581the", "aa", "aaaa", "aaaaaaaa", "\u2581\u2581", "ab", "\u4E2D", "\u4E2D\u6587"];

    public static Tokenizer SentencePieceBpe { get; } = SentencePieceTokenizer.Create(new MemoryStream(SentencePiece(modelType: 2)), addBeginningOfSentence: true, addEndOfSentence: false, specialTokens: null);

    public static Tokenizer SentencePieceUnigram { get; } = SentencePieceTokenizer.Create(new MemoryStream(SentencePiece(modelType: 1)), addBeginningOfSentence: true, addEndOfSentence: false, specialTokens: null);

    public static Tokenizer WordPiece { get; } = WordPieceTokenizer.Create(Lines("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "b", "##a", "##b", "##ab", "e"));

    public static Tokenizer Bert { get; } = BertTokenizer.Create(Lines("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "b", "##a", "##b", "##ab", "e", "\u4E2D"));

    public static Tokenizer Bpe { get; } = BpeTokenizer.Create(
        Lines("""{"<unk>":0,"a":1,"b":2,"e":3,"h":4,"t":5,"aa":6,"aaaa":7,"ab":8,"th":9,"the":10}"""),
        Lines("a a", "aa aa", "a b", "t h", "th e"),
        PreTokenizer.CreateWhiteSpace(),
        normalizer: null,
        specialTokens: null,
        unknownToken: "<unk>");

    public static Tokenizer Tiktoken { get; } = TiktokenTokenizer.CreateForEncoding("cl100k_base");

    private static MemoryStream Lines(params string[] lines) => new(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    /// <summary>A sentencepiece.ModelProto: pieces (1), trainer_spec (2) with model_type and byte_fallback, normalizer_spec (3).</summary>
    private static byte[] SentencePiece(int modelType)
    {
        using var model = new MemoryStream();
        Piece("<unk>", 2);
        Piece("<s>", 3);
        Piece("</s>", 3);
        for (var value = 0; value < 256; value++)
        {
            Piece($"<0x{value:X2}>", 6);
        }

        foreach (var word in Words)
        {
            Piece(word, 1);
        }

        using var trainer = new MemoryStream();
        Number(trainer, 3, modelType);
        Number(trainer, 35, 1);
        Field(model, 2, trainer.ToArray());
        using var normalizer = new MemoryStream();
        Field(normalizer, 1, "identity"u8);
        Number(normalizer, 3, 1);
        Number(normalizer, 4, 0);
        Number(normalizer, 5, 1);
        Field(model, 3, normalizer.ToArray());
        return model.ToArray();

        void Piece(string text, int type)
        {
            using var piece = new MemoryStream();
            Field(piece, 1, Encoding.UTF8.GetBytes(text));
            piece.WriteByte((2 << 3) | 5);
            piece.Write(BitConverter.GetBytes(-(float)model.Length));
            Number(piece, 3, type);
            Field(model, 1, piece.ToArray());
        }
    }

    private static void Field(MemoryStream to, int number, ReadOnlySpan<byte> bytes)
    {
        Varint(to, (number << 3) | 2);
        Varint(to, bytes.Length);
        to.Write(bytes);
    }

    private static void Number(MemoryStream to, int number, int value)
    {
        Varint(to, number << 3);
        Varint(to, value);
    }

    private static void Varint(MemoryStream to, int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}
