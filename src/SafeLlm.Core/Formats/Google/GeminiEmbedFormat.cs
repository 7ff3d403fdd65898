using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Google's embedContent and batchEmbedContents. Older models report no usage.</summary>
internal sealed class GeminiEmbedFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("content", GeminiMembers.Content),
        ("requests", Array(Object(("content", GeminiMembers.Content)))));

    private static readonly ResponseRules Response = new(SkimNode.Of([.. GeminiMembers.Errors, .. GeminiMembers.Counted]), Billing.InputOnly);

    /// <inheritdoc/>
    public override string Name => "gemini-embed";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool GeneratesNothing => true;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, ":embedContent") || Posts(target, ":batchEmbedContents");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => facts.Model = PathModel.BeforeColon(target);
}
