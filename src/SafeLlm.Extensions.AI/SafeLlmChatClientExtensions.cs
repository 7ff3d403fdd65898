using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI;

/// <summary>Makes an <see cref="IChatClient"/> of a <see cref="SafeLlmClient"/>.</summary>
public static class SafeLlmChatClientExtensions
{
    /// <summary>The client as an <see cref="IChatClient"/>. Each answer's cost is in its <c>AdditionalProperties</c> under <c>safellm.cost</c>, in dollars.</summary>
    /// <param name="client">The client.</param>
    /// <param name="model">The model of calls whose options name none.</param>
    /// <param name="maxOutputTokens">The output bound of calls whose options give none, in tokens. At least 1.</param>
    public static IChatClient AsIChatClient(this SafeLlmClient client, string model, int maxOutputTokens)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxOutputTokens, 1);
        return new SafeLlmChatClient(client, model, maxOutputTokens);
    }
}
