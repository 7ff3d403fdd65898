using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Calls;

public sealed class BoundFinderTests
{
    [Fact]
    public Task ChatClient_OfAFactoryThatNamesAnthropic_DoesNotReport() => Verify.ReportsAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        class C
        {
            protected virtual IChatClient Claude(string model) => new Anthropic.AnthropicClient().AsIChatClient(model);
            protected virtual IChatClient Gpt(string model) => new OpenAI.OpenAIClient("key").GetChatClient(model).AsIChatClient();
            async Task M()
            {
                var claude = Claude("m");
                await claude.GetResponseAsync("hi", new ChatOptions());
                var gpt = Gpt("m");
                await gpt.[|GetResponseAsync|]("hi", new ChatOptions());
            }
        }
        """);
}
