using SafeLlm.Formats;
using SafeLlm.Pricing;

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

    // Behind Bedrock's Invoke each maker has a shape of its own; where the id does not tell it, or its shape has none (Llama), nothing is added.
    private static readonly (string Model, StopPlace Place)[] Invoked =
    [
        ("anthropic.", Anthropic),
        ("amazon.nova", Bedrock),
        ("amazon.titan", new(["textGenerationConfig"], ["stopSequences"], Many)),
        ("cohere.", Cohere),
        ("ai21.jamba", new([], ["stop"], Many)),
        ("ai21.j2", new([], ["stopSequences"], Many)),
        ("deepseek.", new([], ["stop"], 10)),
        ("writer.", new([], ["stop"], Many)),
    ];

    /// <summary>The place in requests of a call; null where the format has none, as OpenAI's Responses, or the model takes none.</summary>
    public static StopPlace? Of(CallFacts facts, ModelPrice price) => facts.Format.Name switch
    {
        // It generates nothing.
        _ when price.IsEmbedding => null,
        // A model of OpenAI's that reasons answers 400 to a request with one.
        "openai-chat" or "openai-completions" => price.IsReasoning ? null : OpenAi,
        "anthropic-messages" or "anthropic-complete" => Anthropic,
        "gemini" => Gemini,
        "bedrock-converse" => Bedrock,
        "bedrock-invoke" => OfInvoked(facts.Model),
        "ollama-api-chat" or "ollama-api-generate" => Ollama,
        "cohere-v2-chat" or "cohere-v1-chat" or "cohere-v1-generate" => Cohere,
        _ => null,
    };

    private static StopPlace? OfInvoked(string? model)
    {
        if (model is null) return null;
        foreach (var (known, place) in Invoked)
        {
            // us.anthropic.claude-…, arn:…:foundation-model/anthropic.claude-…
            var at = model.IndexOf(known, StringComparison.Ordinal);
            if (at == 0 || (at > 0 && model[at - 1] is '.' or '/')) return place;
        }

        return null;
    }
}
