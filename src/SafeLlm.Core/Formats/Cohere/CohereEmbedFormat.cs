using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Cohere's embeddings, in one version of its API.</summary>
internal sealed class CohereEmbedFormat(int version) : JsonWireFormat
{
    private static readonly RequestShape Content = Object(
        ("text", Part(PromptPartKind.Text)),
        ("image_url", Part(PromptPartKind.Image, new MemberTable(("url", Part(PromptPartKind.Image))))));

    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("texts", OpenAiMembers.Prompts(areMultiplied: false)),
        ("images", Array(Part(PromptPartKind.Image))),
        ("inputs", Array(Message(("content", Array(Content))))));

    private static readonly ResponseRules Response = new(SkimNode.Of(CohereMembers.Counted("meta")), Billing.InputOnly);

    private readonly string _path = $"/v{version}/embed";

    /// <inheritdoc/>
    public override string Name { get; } = $"cohere-v{version}-embed";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool GeneratesNothing => true;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, _path);
}
