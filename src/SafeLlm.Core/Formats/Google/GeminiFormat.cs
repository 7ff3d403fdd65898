using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Google's generateContent and streamGenerateContent, on Google AI and on Vertex (C.6).</summary>
internal sealed class GeminiFormat : JsonWireFormat
{
    // Whatever a tool is but declarations of the caller's own functions runs at Google, or where Google asks: new ones come without notice.
    private static readonly RequestShape Tool = new()
    {
        Members = new MemberTable(("functionDeclarations|function_declarations", new() { Item = Object() })) { Others = Makes(UnknowableInput.HostedTools) },
    };

    private static readonly RequestShape Root = Object(
        ("contents", new() { Item = GeminiMembers.Content, Members = GeminiMembers.Content.Members, IsMessage = true }),
        ("systemInstruction|system_instruction", GeminiMembers.System),
        ("cachedContent|cached_content", Makes(UnknowableInput.ServerHistory)),
        ("serviceTier|service_tier", Of(Take.ServiceTier)),
        ("tools", Part(PromptPartKind.ToolDeclarations, Tool.Members, Tool)),
        ("toolConfig|tool_config", Part(PromptPartKind.ToolChoice)),
        ("generationConfig|generation_config", Container(
            Take.BoundContainer,
            ("maxOutputTokens|max_output_tokens", Of(Take.Bound)),
            ("candidateCount|candidate_count", Of(Take.Choices)),
            ("responseSchema|response_schema", Part(PromptPartKind.ResponseSchema)),
            ("responseJsonSchema|response_json_schema", Part(PromptPartKind.ResponseSchema)),
            ("thinkingConfig|thinking_config", Object(("thinkingBudget|thinking_budget", Of(Take.ThinkingBudget)))))));

    private static readonly (string Path, Skim Field)[] Members =
    [
        ("modelVersion", Skim.Model),
        ("candidates[].content.parts[].text", Skim.Text),
        ("candidates[].finishReason", Skim.Finish),
        .. GeminiMembers.Errors,
        .. GeminiMembers.Counted,
    ];

    private static readonly ResponseRules Response = new(SkimNode.OfEach(Members), Billing.Google)
    {
        ServiceTierHeader = "x-gemini-service-tier",
        Choices = SkimNode.OfEach([.. Members, ("candidates[]", Skim.Choice), ("candidates[].index", Skim.ChoiceIndex)]),
        Tools = SkimNode.OfEach([.. Members, .. ToolUses.Google]),
    };

    /// <inheritdoc/>
    public override string Name => "gemini";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new GeminiStreamEnding(facts.Bound.Choices);

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, ":generateContent") || Posts(target, ":streamGenerateContent");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Model = PathModel.BeforeColon(target);
        facts.IsStreaming = Posts(target, ":streamGenerateContent");
        facts.AsksForUsage = facts.IsStreaming;
        facts.Edits.BoundName = "maxOutputTokens";
        facts.Edits.BoundContainerName = "generationConfig";
    }
}
