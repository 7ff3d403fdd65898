using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using SafeLlm;
using SafeLlm.Limits;

namespace OfficialSdks;

/// <summary>Anthropic's own client. Each line marked SafeLlm is one that was added or changed.</summary>
internal static class AnthropicSample
{
    public static async Task<string> AskAsync(Uri provider, SafeLlmClientOptions options)
    {
        options.Limits.Add(Limit.Dollars(0.10m).PerDay());                                                           // SafeLlm
        using var http = new HttpClient(SafeLlmHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };       // SafeLlm

        var client = new AnthropicClient(new ClientOptions
        {
            ApiKey = "key",
            BaseUrl = provider.AbsoluteUri.TrimEnd('/'),
            HttpClient = http,                                                                                       // SafeLlm
            MaxRetries = 0,                                                                                          // SafeLlm: it retries itself
        });
        var answer = await client.Messages.Create(new MessageCreateParams
        {
            Model = "claude-sonnet-4-5",
            MaxTokens = 1_000,
            Messages = [new UserMessageParam { Content = "Say hello." }],
        });
        return string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));
    }
}
