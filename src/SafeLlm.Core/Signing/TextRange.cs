namespace SafeLlm.Signing;

/// <summary>Where a part stands in a header's text.</summary>
internal readonly record struct TextRange(int Start, int Length)
{
    public ReadOnlySpan<char> Of(string text) => text.AsSpan(Start, Length);
}
