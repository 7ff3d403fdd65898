using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class RetiredModelTests
{
    [Theory]
    [InlineData("new OpenAI.Chat.ChatClient(\"gpt-4.1-mini\", key)")]
    [InlineData("new OpenAI.Chat.ChatClient(model, key)")]
    [InlineData("\"text-davinci-003\"")]
    public Task Model_OfferedOrUnknown_DoesNotReport(string made) => Verify.QuietAsync<RetiredModel>(
        $$"""class C { object M(string model, string key) => {{made}}; OpenAI.OpenAIClient? other; }""");

    [Fact]
    public Task Model_NoLongerOffered_Reports() => Verify.ReportsAsync<RetiredModel>("""
        class C
        {
            object M(string key) => new OpenAI.Chat.ChatClient([|"gpt-4-32k"|], key);
            object N() => new Microsoft.Extensions.AI.ChatOptions { ModelId = [|"claude-2.1"|] };
        }
        """);
}
