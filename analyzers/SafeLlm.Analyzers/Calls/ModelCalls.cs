using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Every way to call a model through an SDK: one line a way.</summary>
internal static class ModelCalls
{
    public const string ExtensionsAi = "Microsoft.Extensions.AI";
    public const string OpenAi = "OpenAI";
    public const string SemanticKernel = "Semantic Kernel";

    public static IReadOnlyList<ModelCall> All { get; } =
    [
        new(OpenAi, ["OpenAI.Chat.ChatClient"], OptionsShapes.OpenAiChat, "CompleteChat", "CompleteChatAsync", "CompleteChatStreaming", "CompleteChatStreamingAsync"),
        new(OpenAi, ["OpenAI.Responses.ResponsesClient", "OpenAI.Responses.OpenAIResponseClient"], OptionsShapes.OpenAiResponses,
            "CreateResponse", "CreateResponseAsync", "CreateResponseStreaming", "CreateResponseStreamingAsync"),
        new(OpenAi, ["OpenAI.Assistants.AssistantClient"], OptionsShapes.OpenAiRun,
            "CreateRun", "CreateRunAsync", "CreateRunStreaming", "CreateRunStreamingAsync", "CreateThreadAndRun", "CreateThreadAndRunAsync", "CreateThreadAndRunStreaming", "CreateThreadAndRunStreamingAsync"),
        new("Azure.AI.OpenAI", ["Azure.AI.OpenAI.OpenAIClient"], OptionsShapes.AzureChat,
            "GetChatCompletions", "GetChatCompletionsAsync", "GetChatCompletionsStreaming", "GetChatCompletionsStreamingAsync"),
        new("Azure.AI.OpenAI", ["Azure.AI.OpenAI.OpenAIClient"], OptionsShapes.AzureCompletions,
            "GetCompletions", "GetCompletionsAsync", "GetCompletionsStreaming", "GetCompletionsStreamingAsync"),
        new("Azure.AI.Inference", ["Azure.AI.Inference.ChatCompletionsClient"], OptionsShapes.AzureInference, "Complete", "CompleteAsync", "CompleteStreaming", "CompleteStreamingAsync"),
        new(ExtensionsAi,
            [
                "Microsoft.Extensions.AI.IChatClient", "Microsoft.Extensions.AI.DelegatingChatClient", "Microsoft.Extensions.AI.ChatClientExtensions",
                "Microsoft.Extensions.AI.ChatClientStructuredOutputExtensions",
            ],
            OptionsShapes.ExtensionsAi, "GetResponseAsync", "GetStreamingResponseAsync", "CompleteAsync", "CompleteStreamingAsync"),
        new("Anthropic", ["Anthropic.Services.IMessageService", "Anthropic.Services.Beta.IMessageService", "Anthropic.Services.MessageServiceExtensions"], OptionsShapes.Anthropic, "Create", "CreateStreaming"),
        new("Anthropic.SDK", ["Anthropic.SDK.Messaging.MessagesEndpoint"], OptionsShapes.AnthropicCommunity, "GetClaudeMessageAsync", "StreamClaudeMessageAsync"),
        new(SemanticKernel, ["Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService", "Microsoft.SemanticKernel.ChatCompletion.ChatCompletionServiceExtensions"], OptionsShapes.KernelSettings,
            "GetChatMessageContentsAsync", "GetChatMessageContentAsync", "GetStreamingChatMessageContentsAsync"),
        new(SemanticKernel, ["Microsoft.SemanticKernel.TextGeneration.ITextGenerationService", "Microsoft.SemanticKernel.TextGeneration.TextGenerationExtensions"], OptionsShapes.KernelSettings,
            "GetTextContentsAsync", "GetTextContentAsync", "GetStreamingTextContentsAsync"),
        new(SemanticKernel, ["Microsoft.SemanticKernel.KernelExtensions"], OptionsShapes.KernelArguments, "InvokePromptAsync", "InvokePromptStreamingAsync"),
        new(SemanticKernel, ["Microsoft.SemanticKernel.Kernel", "Microsoft.SemanticKernel.KernelFunction"], OptionsShapes.KernelArguments, "InvokeAsync", "InvokeStreamingAsync") { IsOfFunction = true },
        new("Betalgo", ["Betalgo.Ranul.OpenAI.Interfaces.IChatCompletionService", "OpenAI.Interfaces.IChatCompletionService", "OpenAI.GPT3.Interfaces.IChatCompletionService"], OptionsShapes.BetalgoChat,
            "CreateCompletion", "CreateCompletionAsStream"),
        new("Betalgo", ["Betalgo.Ranul.OpenAI.Interfaces.ICompletionService", "OpenAI.Interfaces.ICompletionService", "OpenAI.GPT3.Interfaces.ICompletionService"], OptionsShapes.BetalgoCompletion,
            "CreateCompletion", "CreateCompletionAsStream"),
        new("OllamaSharp", ["OllamaSharp.Chat"], OptionsShapes.OllamaChat, "SendAsync", "SendAsAsync") { IsOfReceiver = true },
        new("OllamaSharp", ["OllamaSharp.IOllamaApiClient", "OllamaSharp.OllamaApiClientExtensions"], OptionsShapes.Ollama,
            "ChatAsync", "Chat", "GenerateAsync", "Generate", "GetCompletion", "StreamCompletion"),
    ];

    private static readonly Dictionary<string, ModelCall[]> ByMethod = All
        .SelectMany(call => call.Methods.Select(method => (method, call)))
        .GroupBy(pair => pair.method)
        .ToDictionary(group => group.Key, group => group.Select(pair => pair.call).ToArray());

    public static IReadOnlyCollection<string> MethodNames => ByMethod.Keys;

    /// <summary>What a method is, by the type that has it: its own, a base's, or an interface's that it implements.</summary>
    public static ModelCall? Find(IMethodSymbol method)
    {
        if (!ByMethod.TryGetValue(method.Name, out var candidates)) return null;
        var type = (method.ReducedFrom ?? method).ContainingType;
        if (type is null) return null;
        ModelCall? first = null;
        foreach (var call in candidates)
        {
            if (!TypeNames.IsOrInherits(type, call.Types)) continue;
            if (candidates.Length == 1 || method.Parameters.Any(parameter => TypeNames.IsOrInherits(parameter.Type, call.Options.Types))) return call;
            first ??= call;
        }

        return first;
    }
}
