using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnboundedLoopTests
{
    [Theory]
    [InlineData("while (true) { messages.Add(new UserChatMessage(Console.ReadLine())); var answer = client.CompleteChat(messages, options).Value; if (answer.ToolCalls.Count > 0) break; }")]
    [InlineData("var rounds = 0; while (true) { var answer = client.CompleteChat(messages, options).Value; if (answer.ToolCalls.Count == 0 || ++rounds > 8) break; }")]
    [InlineData("while (!token.IsCancellationRequested) { var answer = client.CompleteChat(messages, options).Value; if (answer.ToolCalls.Count == 0) break; }")]
    [InlineData("for (var i = 0; i < 8; i++) { var answer = client.CompleteChat(messages, options).Value; if (answer.ToolCalls.Count == 0) break; }")]
    [InlineData("foreach (var one in messages.ToList()) { var answer = client.CompleteChat([one], options).Value; if (answer.ToolCalls.Count == 0) break; }")]
    public Task Loop_WithACounterAPersonOrAToken_DoesNotReport(string loop) => Verify.QuietAsync<UnboundedLoop>($$"""
        using OpenAI.Chat;
        class C { void M(ChatClient client, List<ChatMessage> messages, ChatCompletionOptions options, CancellationToken token) { {{loop}} } }
        """);

    [Fact]
    public Task Loop_ThatOnlyTheAnswerEnds_Reports() => Verify.ReportsAsync<UnboundedLoop>("""
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client, List<ChatMessage> messages, ChatCompletionOptions options)
            {
                bool requiresAction;
                do
                {
                    requiresAction = false;
                    ChatCompletion answer = client.[|CompleteChat|](messages, options);
                    if (answer.FinishReason == ChatFinishReason.ToolCalls) requiresAction = true;
                } while (requiresAction);

                while (true)
                {
                    var answer = client.[|CompleteChat|](messages, options).Value;
                    if (answer.ToolCalls.Count == 0) break;
                }
            }
        }
        """);
}
