using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI;

/// <summary>A <see cref="SafeLlmClient"/> as an <see cref="IChatClient"/>.</summary>
internal sealed class SafeLlmChatClient(SafeLlmClient client, string model, int maxOutputTokens) : IChatClient
{
    private readonly ChatClientMetadata metadata = new("safellm", client.Endpoint, model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var answer = await client.GetResponseAsync(Request(messages, options), cancellationToken).ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, AnswerMapping.Contents(answer.Text, answer.ModelRefusal, answer.ToolCalls)))
        {
            ModelId = answer.Model ?? options?.ModelId ?? model,
            FinishReason = AnswerMapping.FinishReason(answer.FinishReason),
            Usage = AnswerMapping.Usage(answer.Usage),
            RawRepresentation = answer,
            AdditionalProperties = AnswerMapping.Properties(answer.Cost, answer.Attempts),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in client.GetStreamingResponseAsync(Request(messages, options), cancellationToken).ConfigureAwait(false))
        {
            var mapped = new ChatResponseUpdate(ChatRole.Assistant, AnswerMapping.Contents(update.Text, update.ModelRefusal, update.ToolCalls))
            {
                ModelId = update.Model ?? options?.ModelId ?? model,
                FinishReason = AnswerMapping.FinishReason(update.FinishReason),
                RawRepresentation = update,
            };
            if (update is { Usage: { } usage, Cost: { } cost })
            {
                mapped.Contents.Add(new UsageContent(AnswerMapping.Usage(usage)));
                mapped.AdditionalProperties = AnswerMapping.Properties(cost, update.Attempts);
            }

            yield return mapped;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(ChatClientMetadata)) return metadata;
        if (serviceType == typeof(SafeLlmClient)) return client;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // The client is the caller's, and outlives this view of it.
    }

    private ChatRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (options is not null && Unsayable(options) is { } what)
        {
            throw new NotSupportedException($"SafeLlmClient cannot say {what} in all the formats that it writes. Leave it out; or put UseSafeLlm, or SafeLlmHandler, around a client that can.");
        }

        return RequestMapping.Map(messages, options, model, maxOutputTokens);
    }

    // Left out in silence, it would be another question than the one that was asked.
    private static string? Unsayable(ChatOptions options) => options switch
    {
        { ConversationId.Length: > 0 } => "ChatOptions.ConversationId",
        { RawRepresentationFactory: not null } => "ChatOptions.RawRepresentationFactory",
        { ResponseFormat: ChatResponseFormatJson { Schema: null } } => "ChatResponseFormat.Json without a schema",
        { AllowMultipleToolCalls: false } => "ChatOptions.AllowMultipleToolCalls = false",
        { Reasoning: not null } => "ChatOptions.Reasoning",
        { AllowBackgroundResponses: true } => "ChatOptions.AllowBackgroundResponses",
        { ContinuationToken: not null } => "ChatOptions.ContinuationToken",
        { AdditionalProperties.Count: > 0 } => "ChatOptions.AdditionalProperties",
        { TopK: not null } => "ChatOptions.TopK",
        { FrequencyPenalty: not null and not 0 } => "ChatOptions.FrequencyPenalty",
        { PresencePenalty: not null and not 0 } => "ChatOptions.PresencePenalty",
        _ => null,
    };
}
