using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Ollama's own completions.</summary>
internal sealed class OllamaGenerateFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("prompt", Says(PromptRole.User)),
        ("suffix", Says(PromptRole.User)),
        ("system", Says(PromptRole.System)),
        ("template", Says(PromptRole.System)),
        ("images", OllamaMembers.Images),
        ("context", new() { Item = Of(Take.Nothing), TakesTokenIds = true }),
        ("format", OllamaMembers.Format),
        ("options", OllamaMembers.Options),
        ("stream", Of(Take.Streaming)));

    /// <inheritdoc/>
    public override string Name => "ollama-api-generate";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => OllamaMembers.Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed("{\"response\":\"\",\"done\":true,\"done_reason\":\"length\"}\n"u8.ToArray(), isEvents: false);

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/api/generate");

    /// <inheritdoc/>
    protected override void Prepare(in RequestTarget target, RequestFacts facts) => OllamaMembers.Prepare(facts);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => OllamaMembers.Complete(facts);
}
