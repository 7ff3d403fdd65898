using System.Linq;
using Microsoft.CodeAnalysis;

namespace SafeLlm.Analyzers.Calls;

/// <summary>The client types of the SDKs: what holds a key and sends.</summary>
internal static class SdkClients
{
    private static readonly string[] Types =
    [
        "OpenAI.OpenAIClient", "OpenAI.Chat.ChatClient", "OpenAI.Responses.ResponsesClient", "OpenAI.Responses.OpenAIResponseClient", "OpenAI.Assistants.AssistantClient",
        "Azure.AI.OpenAI.AzureOpenAIClient", "Azure.AI.OpenAI.OpenAIClient", "Azure.AI.Inference.ChatCompletionsClient", "Anthropic.AnthropicClient", "Anthropic.SDK.AnthropicClient",
        "Betalgo.Ranul.OpenAI.Managers.OpenAIService", "OpenAI.Managers.OpenAIService", "OpenAI.GPT3.Managers.OpenAIService", "OllamaSharp.OllamaApiClient",
    ];

    /// <summary>Their names without namespaces.</summary>
    public static readonly string[] Names = [.. Types.Select(type => type.Substring(type.LastIndexOf('.') + 1)).Distinct()];

    public static bool Includes(ITypeSymbol? type) => type is not null && TypeNames.IsAny(type, Types);
}
