using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class OutsideSystemPromptTests
{
    [Theory]
    [InlineData("new ChatMessage(ChatRole.User, question)")]
    [InlineData("new ChatMessage(ChatRole.System, \"Be brief.\")")]
    [InlineData("new ChatMessage(ChatRole.System, $\"Today is {DateTime.UtcNow:d}.\")")]
    [InlineData("new ChatMessage(ChatRole.System, $\"There are {count} files.\")")]
    public Task Prompt_OfOurOwnWords_DoesNotReport(string message) => Verify.QuietAsync<OutsideSystemPrompt>($$"""
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class C : ControllerBase { public object Post(string question, int count) => {{message}}; }
        """);

    [Fact]
    public Task Prompt_OfAPlainMethod_DoesNotReport() => Verify.QuietAsync<OutsideSystemPrompt>("""
        using Microsoft.Extensions.AI;
        public class C { public object Make(string text) => new ChatMessage(ChatRole.System, text); }
        """);

    [Fact]
    public Task Prompt_WithTheCallersText_Reports() => Verify.ReportsAsync<OutsideSystemPrompt>("""
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        using OpenAI.Chat;
        public record Ask(string Tone);
        public class C : ControllerBase
        {
            public object Post(string tone) => new Microsoft.Extensions.AI.ChatMessage(ChatRole.System, $"Answer in a {[|tone|]} tone.");
            public object Put(Ask ask) => new SystemChatMessage("Answer in this tone: " + [|ask.Tone|]);
        }
        """);
}
