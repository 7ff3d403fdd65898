namespace SafeLlm.Tokens;

/// <summary>Counts tokens of UTF-8 text. Thread-safe; linear in the text, whatever the text.</summary>
public interface ITokenCounter
{
    /// <summary>The name of the encoding, e.g. <c>o200k_base</c>.</summary>
    string Name { get; }

    /// <summary>The number of tokens. Special tokens in the text count as ordinary text.</summary>
    int Count(ReadOnlySpan<byte> utf8);

    /// <summary>Whether the text has more than <paramref name="limit"/> tokens; costs no more than counting that many.</summary>
    bool IsOver(ReadOnlySpan<byte> utf8, int limit);
}
