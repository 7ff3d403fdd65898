using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>
/// The shape of APIs of one's own: <c>{"prompt": …, "max_tokens": …}</c> posted to a path of choice. Usage is looked for
/// under the names that OpenAI and Anthropic give it.
/// </summary>
internal sealed class GenerateFormat(string path) : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("prompt", Says(PromptRole.User)),
        ("system", Says(PromptRole.System)),
        ("max_tokens", Of(Take.Bound)),
        ("n", Of(Take.Choices)),
        ("stream", Of(Take.Streaming)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of(
        [
            ("model", Skim.Model),
            ("text", Skim.Text),
            ("response", Skim.Text),
            ("completion", Skim.Text),
            ("finish_reason", Skim.Finish),
            ("done", Skim.Done),
            .. OpenAiMembers.Errors,
            .. OpenAiMembers.Counted("usage"),
            ("usage.input_tokens", Skim.Input),
            ("usage.output_tokens", Skim.Output),
        ]),
        Billing.Inclusive);

    /// <inheritdoc/>
    public override string Name => "generate";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed("data: {\"finish_reason\":\"length\",\"done\":true}\n\n"u8.ToArray());

    /// <inheritdoc/>
    public override StreamFilter? CreateAnswerFilter(CallFacts facts) => facts.Bound.TokensPerChoice is { } tokens ? new TextTruncation(tokens) : null;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => target.Method == "POST" && target.Path == path;

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => facts.Edits.BoundName = "max_tokens";
}
