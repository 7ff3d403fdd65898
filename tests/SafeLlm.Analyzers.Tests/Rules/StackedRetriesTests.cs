using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class StackedRetriesTests
{
    private const string Transport = "Transport = new HttpClientPipelineTransport(new HttpClient(SafeLlm.SafeLlmHandler.Create(new SafeLlm.SafeLlmClientOptions())))";

    [Theory]
    [InlineData("new OpenAIClientOptions()")]
    [InlineData("new OpenAIClientOptions { Transport = new HttpClientPipelineTransport(new HttpClient()) }")]
    [InlineData("new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(0), " + Transport + " }")]
    public Task Retries_OnOneLevel_DoNotReport(string made) => Verify.QuietAsync<StackedRetries>($$"""
        using System.ClientModel.Primitives;
        using OpenAI;
        class C { object M() => {{made}}; }
        """);

    [Fact]
    public Task Retries_OverSafeLlm_Report() => Verify.ReportsAsync<StackedRetries>($$"""
        using System.ClientModel.Primitives;
        using OpenAI;
        class C { object M() => new [|OpenAIClientOptions|] { {{Transport}} }; }
        """);

    [Fact]
    public Task Fix_LeavesRetriesToSafeLlm() => Fix.ChangesAsync<StackedRetries, RetryOnce>($$"""
        using System.ClientModel.Primitives;
        using OpenAI;
        class C { object M() => new OpenAIClientOptions { {{Transport}} }; }
        """, $$"""
        using System.ClientModel.Primitives;
        using OpenAI;
        class C { object M() => new OpenAIClientOptions { {{Transport}}, RetryPolicy = new ClientRetryPolicy(0) }; }
        """);
}
