using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Ollama's own embeddings, the older route (no usage) and the newer.</summary>
internal sealed class OllamaEmbeddingsFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("input|prompt", OpenAiMembers.Prompts(areMultiplied: false)));

    /// <inheritdoc/>
    public override string Name => "ollama-api-embeddings";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => OllamaMembers.Response;

    /// <inheritdoc/>
    protected override bool GeneratesNothing => true;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/api/embeddings") || Posts(target, "/api/embed");
}
