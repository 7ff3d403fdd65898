using System.Collections.Frozen;
using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI;

/// <summary>
/// The names under which providers and their clients take a bound, a number of choices or thinking. Of
/// <see cref="ChatOptions.AdditionalProperties"/> clients send what they know, and there it goes before what was set here, or beside it.
/// </summary>
internal static class BoundingProperties
{
    // Without underscores and hyphens, as each is written in several ways.
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        // the bound: OpenAI, Anthropic, Gemini, Ollama, llama.cpp, Llama and Titan on Bedrock, text-generation-inference, and what holds it
        "maxTokens",
        "maxOutputTokens",
        "maxCompletionTokens",
        "maxTokensToSample",
        "maxNewTokens",
        "maxGenLen",
        "maxTokenCount",
        "maxLength",
        "numPredict",
        "nPredict",
        "generationConfig",
        "inferenceConfig",
        "textGenerationConfig",
        // choices: OpenAI, Gemini, Cohere, AI21, text-generation-inference
        "n",
        "bestOf",
        "candidateCount",
        "numGenerations",
        "numResults",
        "numReturnSequences",
        // thinking that is counted beside the bound, or moves it: Anthropic, Gemini, OpenRouter, Qwen, Ollama
        "thinking",
        "thinkingConfig",
        "thinkingBudget",
        "budgetTokens",
        "reasoning",
        "reasoningConfig",
        "enableThinking",
        "think");

    /// <summary>The first of them, as it is written; null where there is none.</summary>
    public static string? Find(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null) return null;
        foreach (var name in properties.Keys)
        {
            if (Names.Contains(name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal))) return name;
        }

        return null;
    }
}
