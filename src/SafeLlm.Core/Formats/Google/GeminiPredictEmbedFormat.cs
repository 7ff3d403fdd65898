using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Vertex's predict for embedding models: each instance has its own count, and they are the parts of one bill.</summary>
internal sealed class GeminiPredictEmbedFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("instances", Array(Message(
            ("content", Part(PromptPartKind.Text)),
            ("title", Part(PromptPartKind.Text)),
            ("prompt", Makes(UnknowableInput.UnknownItems)),
            ("image", Makes(UnknowableInput.UnknownItems)),
            ("video", Makes(UnknowableInput.UnknownItems))))));

    private static readonly ResponseRules Response = new(
        SkimNode.Of([.. GeminiMembers.Errors, ("predictions[].embeddings.statistics.token_count", Skim.InputPart)]),
        Billing.InputOnly);

    /// <inheritdoc/>
    public override string Name => "gemini-predict-embed";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool GeneratesNothing => true;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, ":predict");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => facts.Model = PathModel.BeforeColon(target);
}
