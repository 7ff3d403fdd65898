namespace SafeLlm.Tokens;

/// <summary>The counters that come with SafeLlm. Loaded on first use, kept for the process.</summary>
public static class TokenCounters
{
    private static readonly Lazy<Vocabulary> O200kVocabulary = new(() => Read(
        Type.GetType("Microsoft.ML.Tokenizers.O200kBaseTokenizerData, Microsoft.ML.Tokenizers.Data.O200kBase"), "o200k_base.tiktoken.deflate"));

    private static readonly Lazy<Vocabulary> Cl100kVocabulary = new(() => Read(
        Type.GetType("Microsoft.ML.Tokenizers.Cl100kBaseTokenizerData, Microsoft.ML.Tokenizers.Data.Cl100kBase"), "cl100k_base.tiktoken.deflate"));

    private static readonly Lazy<ITokenCounter> O200k = new(() => new BytePairCounter<O200kSplitter>("o200k_base", O200kVocabulary.Value));

    private static readonly Lazy<ITokenCounter> Cl100k = new(() => new BytePairCounter<Cl100kSplitter>("cl100k_base", Cl100kVocabulary.Value));

    /// <summary>The encoding of gpt-4o and everything since.</summary>
    public static ITokenCounter O200kBase => O200k.Value;

    /// <summary>The encoding of gpt-4, gpt-3.5-turbo and the embedding models.</summary>
    public static ITokenCounter Cl100kBase => Cl100k.Value;

    /// <summary>The counter for a model by its name; o200k_base where the model is not known.</summary>
    /// <param name="model">
    /// As in a request, with or without the name of who serves it before a slash. Which models take which encoding follows
    /// openai/tiktoken's <c>model.py</c>.
    /// </param>
    public static ITokenCounter For(string? model) => UsesCl100k(model) ? Cl100kBase : O200kBase;

    /// <summary>Whether a model takes cl100k_base: gpt-4 itself, gpt-3.5, and the embedding models.</summary>
    internal static bool UsesCl100k(string? model)
    {
        if (model is null)
        {
            return false;
        }

        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        if (name.StartsWith("ft:", StringComparison.Ordinal))
        {
            name = name[3..];
        }

        return name.StartsWith("gpt-4-", StringComparison.Ordinal) || name is "gpt-4"
            || name.StartsWith("gpt-4:", StringComparison.Ordinal)
            || name.StartsWith("gpt-3.5", StringComparison.Ordinal) || name.StartsWith("gpt-35", StringComparison.Ordinal)
            || name.StartsWith("text-embedding-", StringComparison.Ordinal)
            || name.StartsWith("davinci-002", StringComparison.Ordinal) || name.StartsWith("babbage-002", StringComparison.Ordinal);
    }

    /// <summary>The vocabulary behind an encoding of ours.</summary>
    internal static Vocabulary Vocabulary(string encoding) => (encoding == "cl100k_base" ? Cl100kVocabulary : O200kVocabulary).Value;

    private static Vocabulary Read(Type? anchor, string resource) => new(VocabularyData.Read(
        anchor ?? throw new InvalidOperationException("A data package of Microsoft.ML.Tokenizers is missing. Reference the versions that SafeLlm.Core was built with."),
        resource));
}
