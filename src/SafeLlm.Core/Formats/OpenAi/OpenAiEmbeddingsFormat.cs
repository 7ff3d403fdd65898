using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Embeddings as OpenAI defined them and Mistral, Voyage and others speak them (C.3): input only, never a stream.</summary>
internal sealed class OpenAiEmbeddingsFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("input|inputs", OpenAiMembers.Prompts(areMultiplied: false)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of([("model", Skim.Model), .. OpenAiMembers.Errors, .. OpenAiMembers.Counted("usage")]),
        Billing.InputOnly);

    /// <inheritdoc/>
    public override string Name => "openai-embeddings";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool GeneratesNothing => true;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) =>
        Posts(target, "/embeddings") && !target.Path.EndsWith("/api/embeddings", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => facts.Model = AzureDeployment.Of(target) ?? facts.Model;
}
