using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnboundedToolLoopTests
{
    [Theory]
    [InlineData("client.AsBuilder().UseFunctionInvocation(configure: c => c.MaximumIterationsPerRequest = 4).Build()")]
    [InlineData("client.AsBuilder().UseFunctionInvocation(null, c => { }).Build()")]
    [InlineData("new OpenAI.Responses.CreateResponseOptions { Tools = { tool, OpenAI.Responses.ResponseTool.CreateWebSearchTool() }, MaxToolCallCount = 4 }")]
    [InlineData("new OpenAI.Responses.CreateResponseOptions { Tools = { tool } }")]
    [InlineData("Microsoft.SemanticKernel.FunctionChoiceBehavior.Auto(autoInvoke: false)")]
    [InlineData("Mine.Auto")]
    public Task Tools_WithALimitOrByHand_DoNotReport(string made) => Verify.QuietAsync<UnboundedToolLoop>($$"""
        using Microsoft.Extensions.AI;
        enum Mine { Auto }
        class C { object M(IChatClient client, OpenAI.Responses.ResponseTool tool) => {{made}}; }
        """);

    [Fact]
    public Task Tools_WithoutALimit_Report() => Verify.ReportsAsync<UnboundedToolLoop>("""
        using Microsoft.Extensions.AI;
        using Microsoft.SemanticKernel;
        using OpenAI.Responses;
        class C
        {
            object M(IChatClient client) => client.AsBuilder().[|UseFunctionInvocation|]().Build();
            object N() => FunctionChoiceBehavior.[|Auto|]();
            object O() => new [|CreateResponseOptions|] { Tools = { ResponseTool.CreateWebSearchTool() } };
        }
        """);

    [Fact]
    public Task Fix_LimitsTheRounds() => Fix.ChangesAsync<UnboundedToolLoop, LimitToolRounds>("""
        using Microsoft.Extensions.AI;
        using OpenAI.Responses;
        class C
        {
            object M(IChatClient client) => client.AsBuilder().UseFunctionInvocation().Build();
            object O() => new CreateResponseOptions { Tools = { ResponseTool.CreateWebSearchTool() } };
        }
        """, """
        using Microsoft.Extensions.AI;
        using OpenAI.Responses;
        class C
        {
            object M(IChatClient client) => client.AsBuilder().UseFunctionInvocation(configure: client => client.MaximumIterationsPerRequest = 8).Build();
            object O() => new CreateResponseOptions { Tools = { ResponseTool.CreateWebSearchTool() }, MaxToolCallCount = 8 };
        }
        """);
}
