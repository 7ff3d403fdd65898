using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Flow;

public sealed class ObjectFlowTests
{
    [Theory]
    [InlineData("var (text, options) = Bounded();")]
    [InlineData("(string text, var options) = Bounded();")]
    [InlineData("var options = Bounded().Options;")]
    [InlineData("ChatCompletionOptions options; (_, options) = Bounded();")]
    [InlineData("var (text, options) = await BoundedAsync().ConfigureAwait(false);")]
    [InlineData("var (text, options) = Loose(); options.MaxOutputTokenCount = 5;")]
    [InlineData("var (text, options) = Elsewhere.Made();")]
    [InlineData("var made = Loose(); made.Options.MaxOutputTokenCount = 5; var options = made.Options;")]
    public Task PartOfATuple_WithABoundOrOutOfSight_DoesNotReport(string made) => Verify.QuietAsync<NoOutputBound>(Tuples + $$"""
            async Task M(ChatClient client)
            {
                {{made}}
                await client.CompleteChatAsync([new UserChatMessage("hi")], options);
            }
        }
        """);

    [Theory]
    [InlineData("var (text, options) = Loose();")]
    [InlineData("var options = Loose().Options;")]
    [InlineData("ChatCompletionOptions options; (_, options) = Loose();")]
    public Task PartOfATuple_WithoutABound_Reports(string made) => Verify.ReportsAsync<NoOutputBound>(Tuples + $$"""
            async Task M(ChatClient client)
            {
                {{made}}
                await client.[|CompleteChatAsync|]([new UserChatMessage("hi")], options);
            }
        }
        """);

    private const string Tuples = """
        using OpenAI.Chat;
        static class Elsewhere { public static (string Text, ChatCompletionOptions Options) Made() => Made(); }
        class C
        {
            private (string Text, ChatCompletionOptions Options) Loose() { var made = new ChatCompletionOptions { Temperature = 0 }; return ("x", made); }
            private static (string Text, ChatCompletionOptions Options) Bounded() { var made = new ChatCompletionOptions(); made.MaxOutputTokenCount = 5; return ("x", made); }
            private static async Task<(string Text, ChatCompletionOptions Options)> BoundedAsync() { await Task.Yield(); return ("x", new() { MaxOutputTokenCount = 5 }); }

        """;
}
