using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class OptionsNotPassedTests
{
    [Theory]
    [InlineData("client.CompleteChat(messages, options);")]
    [InlineData("client.CompleteChat(messages); other.CompleteChat(messages, options);")]
    [InlineData("client.CompleteChat(messages); Keep(options);")]
    public Task Options_ThatSomethingReads_DoNotReport(string statement) => Verify.QuietAsync<OptionsNotPassed>($$"""
        using OpenAI.Chat;
        class C
        {
            void Keep(ChatCompletionOptions options) { }
            void M(ChatClient client, ChatClient other, List<ChatMessage> messages)
            {
                var options = new ChatCompletionOptions { MaxOutputTokenCount = 5 };
                {{statement}}
            }
        }
        """);

    [Fact]
    public Task Options_WithoutABound_DoNotReport() => Verify.QuietAsync<OptionsNotPassed>("""
        using OpenAI.Chat;
        class C { void M(ChatClient client) { var options = new ChatCompletionOptions { Temperature = 0 }; client.CompleteChat("hi"); } }
        """);

    [Fact]
    public Task Options_BuiltAndNotPassed_Report() => Verify.ReportsAsync<OptionsNotPassed>("""
        using Microsoft.Extensions.AI;
        class C
        {
            async Task M(IChatClient chat)
            {
                var options = new ChatOptions { Temperature = 0 };
                options.MaxOutputTokens = 100;
                await chat.[|GetResponseAsync|]("hi");
            }
        }
        """);

    [Fact]
    public Task Fix_PassesThem() => Fix.ChangesAsync<OptionsNotPassed, PassOptions>("""
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client)
            {
                var options = new ChatCompletionOptions { MaxOutputTokenCount = 100 };
                client.CompleteChat("hi");
            }
        }
        """, """
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client)
            {
                var options = new ChatCompletionOptions { MaxOutputTokenCount = 100 };
                client.CompleteChat(["hi"], options);
            }
        }
        """);
}
