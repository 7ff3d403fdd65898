namespace SafeLlm.Formats;

/// <summary>The list of wire formats.</summary>
public sealed class WireFormats
{
    private readonly IWireFormat[] all;

    private WireFormats(IWireFormat[] all) => this.all = all;

    private WireFormats(string generatePath)
        : this(
    [
        new OpenAiChatFormat(),
        new OpenAiResponsesFormat(),
        new OpenAiEmbeddingsFormat(),
        new OpenAiCompletionsFormat(),
        new AnthropicMessagesFormat(),
        new AnthropicCompleteFormat(),
        new GeminiFormat(),
        new GeminiEmbedFormat(),
        new GeminiPredictEmbedFormat(),
        new BedrockConverseFormat(),
        new BedrockInvokeFormat(),
        new OllamaChatFormat(),
        new OllamaGenerateFormat(),
        new OllamaEmbeddingsFormat(),
        new CohereV2ChatFormat(),
        new CohereV1ChatFormat(),
        new CohereV1GenerateFormat(),
        new CohereEmbedFormat(2),
        new CohereEmbedFormat(1),
        new GenerateFormat(generatePath),
    ])
    {
    }

    /// <summary>All formats that come with SafeLlm; <c>/generate</c> is the path of the format for APIs of one's own.</summary>
    public static WireFormats Default { get; } = new("/generate");

    /// <summary>The formats, first match first.</summary>
    public IReadOnlyList<IWireFormat> All => all;

    /// <summary>
    /// All formats, with the path at which an API of one's own takes <c>{"prompt", "max_tokens"}</c>. A path that was named goes
    /// before what other formats would see in it (Cohere has a <c>/v1/generate</c> too).
    /// </summary>
    /// <param name="path">The path, from its first slash.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> does not begin with a slash.</exception>
    public static WireFormats WithGeneratePath(string path) => path.StartsWith('/')
        ? new([new GenerateFormat(path), .. Default.All.Where(static format => format is not GenerateFormat)])
        : throw new ArgumentException($"The path '{path}' does not begin with a slash.", nameof(path));

    /// <summary>The format that a request to this target speaks; null where none is known.</summary>
    public IWireFormat? Recognise(in RequestTarget target)
    {
        foreach (var format in all)
        {
            if (format.Recognises(target)) return format;
        }

        return null;
    }

    /// <summary>Recognises a request and reads its facts. Never throws for what the bytes hold.</summary>
    public RequestReading Read(in RequestTarget target, ReadOnlyMemory<byte> body)
    {
        if (Passages.Find(target) is { } route) return new RequestReading.Passage(route) { Model = Passages.Model(target, route, body.Span) };
        return Recognise(target)?.Read(target, body) ?? new RequestReading.UnknownRoute(target.Method, target.Path);
    }

    /// <summary>
    /// A meter for the answer of a route that counts tokens, which bills none but tells them; null for other passages.
    /// </summary>
    public static ResponseMeter? CreateCountMeter(RequestReading.Passage passage, ResponseHead head) => Passages.CreateMeter(passage.Route, head);

    /// <summary>What a response says about trying again.</summary>
    /// <param name="head">Status and headers.</param>
    /// <param name="body">The error's content as it came, as far as it was read; of what is compressed the first 64 KiB are looked at.</param>
    /// <param name="now">For advice that names an instant.</param>
    public static RetryAdvice ReadRetryAdvice(ResponseHead head, ReadOnlySpan<byte> body, DateTimeOffset now) => RetryReader.Read(head, body, now);
}
