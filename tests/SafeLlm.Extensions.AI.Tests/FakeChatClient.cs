using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>A chat client whose HTTP cannot be reached.</summary>
internal sealed class FakeChatClient : IChatClient
{
    /// <summary>What the last call was made with.</summary>
    public ChatOptions? Options { get; private set; }

    public Exception? Failure { get; init; }

    public string? Model { get; init; } = "gpt-4.1-mini";

    public UsageDetails Usage { get; init; } = new() { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15 };

    /// <summary>What it answers; a stream brings each by itself, and its usage behind them.</summary>
    public IReadOnlyList<AIContent> Contents { get; init; } = [new TextContent("Hel"), new TextContent("lo!")];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Options = options;
        return Failure is null
            ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. Contents])) { Usage = Usage })
            : Task.FromException<ChatResponse>(Failure);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Options = options;
        await Task.Yield();
        foreach (var content in Contents) yield return new ChatResponseUpdate(ChatRole.Assistant, [content]);
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(Usage)]);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("fake", null, Model) : null;

    public void Dispose()
    {
    }
}
