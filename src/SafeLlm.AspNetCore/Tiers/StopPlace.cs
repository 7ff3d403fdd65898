using SafeLlm.Formats;

namespace SafeLlm.AspNetCore;

/// <summary>Where a wire format takes stop sequences.</summary>
/// <param name="Containers">The names of the object that they stand in; empty where they stand in the request itself.</param>
/// <param name="Members">Their names; the first is the one to insert.</param>
/// <param name="Most">How many the provider takes.</param>
internal sealed record StopPlace(string[] Containers, string[] Members, int Most)
{
    // Where nothing is documented.
    private const int Many = 100;

    private static readonly StopPlace OpenAi = new([], ["stop"], 4);
    private static readonly StopPlace Anthropic = new([], ["stop_sequences"], Many);
    private static readonly StopPlace Gemini = new(["generationConfig", "generation_config"], ["stopSequences", "stop_sequences"], 5);
    private static readonly StopPlace Bedrock = new(["inferenceConfig"], ["stopSequences"], 4);
    private static readonly StopPlace Ollama = new(["options"], ["stop"], Many);
    private static readonly StopPlace Cohere = new([], ["stop_sequences"], 5);

    /// <summary>The place in requests of a call; null where the format has none, as OpenAI's Responses, or the model takes none.</summary>
    public static StopPlace? Of(CallFacts facts, bool isReasoning) => facts.Format.Name switch
    {
        // A model of OpenAI's that reasons answers 400 to a request with one.
        "openai-chat" or "openai-completions" => isReasoning ? null : OpenAi,
        "anthropic-messages" or "anthropic-complete" => Anthropic,
        "gemini" => Gemini,
        "bedrock-converse" => Bedrock,
        "ollama-api-chat" or "ollama-api-generate" => Ollama,
        "cohere-v2-chat" or "cohere-v1-chat" => Cohere,
        _ => null,
    };
}
