namespace SafeLlm.Analyzers.Calls;

/// <summary>The options of every SDK, as reflected from the packages.</summary>
internal static class OptionsShapes
{
    public static readonly OptionsShape OpenAiChat = new(["OpenAI.Chat.ChatCompletionOptions"], ["MaxOutputTokenCount", "MaxTokens"]) { Bags = ["Patch"] };

    public static readonly OptionsShape OpenAiResponses = new(["OpenAI.Responses.CreateResponseOptions", "OpenAI.Responses.ResponseCreationOptions"], ["MaxOutputTokenCount"]) { Bags = ["Patch"] };

    public static readonly OptionsShape OpenAiRun = new(["OpenAI.Assistants.RunCreationOptions"], ["MaxOutputTokenCount", "MaxCompletionTokens"]) { Bags = ["Patch"] };

    // Version 1 of Azure.AI.OpenAI; the namespace has other types since.
    public static readonly OptionsShape AzureChat = new(["Azure.AI.OpenAI.ChatCompletionsOptions"], ["MaxTokens"]);

    public static readonly OptionsShape AzureCompletions = new(["Azure.AI.OpenAI.CompletionsOptions"], ["MaxTokens"]);

    public static readonly OptionsShape AzureInference = new(["Azure.AI.Inference.ChatCompletionsOptions"], ["MaxTokens"]) { Bags = ["AdditionalProperties"] };

    public static readonly OptionsShape ExtensionsAi = new(["Microsoft.Extensions.AI.ChatOptions"], ["MaxOutputTokens"])
    {
        Bags = ["AdditionalProperties"],
        Openers = ["RawRepresentationFactory"],
    };

    public static readonly OptionsShape Anthropic = new(["Anthropic.Models.Messages.MessageCreateParams", "Anthropic.Models.Beta.Messages.MessageCreateParams"], ["MaxTokens"]) { IsRequired = true };

    // The community SDK's int is 0 where it is not set, which the provider refuses.
    public static readonly OptionsShape AnthropicCommunity = new(["Anthropic.SDK.Messaging.MessageParameters"], ["MaxTokens"]) { IsRequired = true };

    public static readonly OptionsShape KernelSettings = new(
        ["Microsoft.SemanticKernel.PromptExecutionSettings"],
        ["MaxTokens", "NumPredict", "MaxOutputTokens", "MaxCompletionTokens", "MaxTokensToSample", "MaxTokenCount", "MaxGenLen", "MaxNewTokens", "MaxLength"])
    {
        Bags = ["ExtensionData"],
    };

    public static readonly OptionsShape KernelArguments = new(["Microsoft.SemanticKernel.KernelArguments"], [])
    {
        Openers = ["ExecutionSettings"],
        Wraps = KernelSettings,
    };

    public static readonly OptionsShape BetalgoChat = new(
        [
            "Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ChatCompletionCreateRequest", "OpenAI.ObjectModels.RequestModels.ChatCompletionCreateRequest",
            "OpenAI.GPT3.ObjectModels.RequestModels.ChatCompletionCreateRequest",
        ],
        ["MaxCompletionTokens", "MaxTokens"]);

    public static readonly OptionsShape BetalgoCompletion = new(
        [
            "Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.CompletionCreateRequest", "OpenAI.ObjectModels.RequestModels.CompletionCreateRequest",
            "OpenAI.GPT3.ObjectModels.RequestModels.CompletionCreateRequest",
        ],
        ["MaxTokens"]);

    public static readonly OptionsShape OllamaChat = new(["OllamaSharp.Chat"], ["Options.NumPredict"]);

    public static readonly OptionsShape Agent = new(["Microsoft.Agents.AI.ChatClientAgentOptions"], ["ChatOptions.MaxOutputTokens"]) { Openers = ["ChatOptions.RawRepresentationFactory", "ChatClientFactory"] };

    public static readonly OptionsShape Ollama = new(
        ["OllamaSharp.Models.Chat.ChatRequest", "OllamaSharp.Models.GenerateRequest", "OllamaSharp.Models.GenerateCompletionRequest"],
        ["Options.NumPredict"]);
}
