using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class PromptLoggedTests
{
    [Theory]
    [InlineData("logger.LogInformation(\"{Count} messages\", history.Count);")]
    [InlineData("logger.LogInformation(\"{Id}\", response.ResponseId);")]
    [InlineData("logger.LogInformation(\"{Tokens}\", response.Usage?.TotalTokenCount);")]
    [InlineData("if (environment.IsDevelopment()) logger.LogInformation(\"{Text}\", response.Text);")]
    [InlineData("Console.WriteLine(response.Text);")]
    public Task Log_OfCountsOrInDevelopment_DoesNotReport(string statement) => Verify.QuietAsync<PromptLogged>($$"""
        using Microsoft.Extensions.AI;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;
        class C { void M(ILogger logger, IHostEnvironment environment, List<ChatMessage> history, ChatResponse response) { {{statement}} } }
        """);

    [Fact]
    public Task Log_OfPromptsAnswersOrKeys_Reports() => Verify.ReportsAsync<PromptLogged>("""
        using System.Text.Json;
        using Microsoft.Extensions.AI;
        using Microsoft.Extensions.Logging;
        class C
        {
            void M(ILogger logger, List<ChatMessage> history, ChatResponse response, string apiKey, System.Diagnostics.Activity activity)
            {
                logger.LogInformation("{History}", [|JsonSerializer.Serialize(history)|]);
                logger.LogDebug([|$"Said {response.Text}"|]);
                logger.LogError("{Key}", [|apiKey|]);
                activity.SetTag("answer", [|response.Text|]);
            }

            object N(IChatClient client) => client.AsBuilder().UseOpenTelemetry(configure: o => [|o.EnableSensitiveData = true|]).Build();
        }
        """);

    [Fact]
    public Task Fix_KeepsPromptsOutOfTraces() => Fix.ChangesAsync<PromptLogged, KeepPromptsOut>("""
        using Microsoft.Extensions.AI;
        class C { object N(IChatClient client) => client.AsBuilder().UseOpenTelemetry(configure: o => o.EnableSensitiveData = true).Build(); }
        """, """
        using Microsoft.Extensions.AI;
        class C { object N(IChatClient client) => client.AsBuilder().UseOpenTelemetry(configure: o => o.EnableSensitiveData = false).Build(); }
        """);
}
