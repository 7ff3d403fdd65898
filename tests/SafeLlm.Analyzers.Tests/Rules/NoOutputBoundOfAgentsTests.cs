using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

/// <summary>SLLM001 at agents of the Agent Framework, which take their bound where they are made.</summary>
public sealed class NoOutputBoundOfAgentsTests
{
    [Theory]
    [InlineData("new ChatClientAgent(client, new ChatClientAgentOptions { ChatOptions = new ChatOptions { MaxOutputTokens = 9 } })")]
    [InlineData("new ChatClientAgent(client, new ChatClientAgentOptions { ChatOptions = new ChatOptions { RawRepresentationFactory = _ => new object() } })")]
    [InlineData("new ChatClientAgent(client, given)")]
    [InlineData("client.AsAIAgent(clientFactory: inner => inner)")]
    [InlineData("new ChatClientAgent(MakeAnthropic())")]
    public Task Agent_WithABoundOrOutOfSight_DoesNotReport(string made) => Verify.QuietAsync<NoOutputBound>(Agents + $$"""

        class C { object M(IChatClient client, ChatClientAgentOptions given) => {{made}}; static IChatClient MakeAnthropic() => null!; }
        """);

    [Fact]
    public Task Agent_WithoutABound_ReportsWhereItIsMade() => Verify.ReportsAsync<NoOutputBound>(Agents + """

        class C
        {
            object M(IChatClient client) => new [|ChatClientAgent|](client);
            object N(IChatClient client) => new [|ChatClientAgent|](client, new ChatClientAgentOptions { ChatOptions = new ChatOptions { Temperature = 0 } });
            object O(IChatClient client) => client.[|AsAIAgent|](clientFactory: null);
        }
        """);

    // The names that the rule looks for, as the Agent Framework declares them.
    private const string Agents = """
        using Microsoft.Agents.AI;
        using Microsoft.Extensions.AI;
        namespace Microsoft.Agents.AI
        {
            public abstract class AIAgent;
            public class ChatClientAgentOptions { public ChatOptions? ChatOptions { get; set; } }
            public class ChatClientAgent(IChatClient client, ChatClientAgentOptions? options = null) : AIAgent { public object Parts => (client, options!); }
            public static class ChatClientExtensions
            {
                public static ChatClientAgent AsAIAgent(this IChatClient client, ChatClientAgentOptions? options = null, Func<IChatClient, IChatClient>? clientFactory = null) => throw new Exception(clientFactory?.ToString());
            }
        }
        """;
}
