using SafeLlm.Tokens;

namespace SafeLlm.Tests.Formats;

/// <summary>Counts words, so that tests of formats do not hang on a vocabulary.</summary>
internal sealed class WordCounter : ITokenCounter
{
    public string Name => "words";

    public int Count(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;

    public bool IsOver(ReadOnlySpan<byte> utf8, int limit) => Count(utf8) > limit;
}
