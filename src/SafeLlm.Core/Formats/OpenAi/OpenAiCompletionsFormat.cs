using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Legacy completions: the bound holds for each completion, and each prompt of a list has its own (C.1).</summary>
internal sealed class OpenAiCompletionsFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("prompt", OpenAiMembers.Prompts(areMultiplied: true)),
        ("suffix", Says(PromptRole.User)),
        ("max_tokens", Of(Take.Bound)),
        ("max_completion_tokens", Of(Take.Bound)),
        ("n", Of(Take.Choices)),
        ("best_of", Of(Take.Choices)),
        ("stream", Of(Take.Streaming)),
        ("stream_options", Container(Take.UsageContainer, ("include_usage", Of(Take.IncludeUsage)))),
        // a prompt that a gateway holds, filled in there (Portkey)
        ("variables", Makes(UnknowableInput.ServerHistory)));

    private static readonly (string Path, Skim Field)[] Members =
    [
        ("model", Skim.Model),
        ("choices[].text", Skim.Text),
        // Writer
        ("value", Skim.Text),
        ("choices[].finish_reason", Skim.Finish),
        .. OpenAiMembers.Errors,
        .. OpenAiMembers.Generated("choices[].delta"),
        .. OpenAiMembers.Generated("choices[].message"),
        .. OpenAiMembers.Counted("usage"),
    ];

    private static readonly ResponseRules Response = new(SkimNode.Of(Members), Billing.Inclusive)
    {
        Choices = SkimNode.Of([.. Members, ("choices[]", Skim.Choice), ("choices[].index", Skim.ChoiceIndex)]),
    };

    /// <inheritdoc/>
    public override string Name => "openai-completions";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/completions");

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Edit(CallFacts facts, RequestEdit edit) =>
        RequestEditor.Edit(facts, edit, usageContainer: "stream_options", usageMember: "include_usage");

    /// <inheritdoc/>
    public override StreamFilter? CreateUsageFilter() => new UsageChunkFilter();

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new ChatStreamEnd(facts, isText: true);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens";
        // The newer name is one of chat.
        facts.Edits.ReadsBoundNameOnly = true;
        // Mistral's own path: usage comes unasked, and members that it does not know are refused.
        facts.AsksForUsage |= facts.IsStreaming && Posts(target, "/fim/completions");
        facts.Model = AzureDeployment.Of(target) ?? facts.Model;
    }
}
