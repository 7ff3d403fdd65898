using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class OutputBoundTooHighTests
{
    private static readonly (string, string)[] Limit = [("safellm.max_output_tokens", "4096")];

    [Theory]
    [InlineData("1")]
    [InlineData("4096")]
    [InlineData("limit")]
    [InlineData("null")]
    public Task Bound_WithinTheLimitOrUnknown_DoesNotReport(string value) => Verify.QuietAsync<OutputBoundTooHigh>(
        $$"""class C { object M(int limit) => new OpenAI.Chat.ChatCompletionOptions { MaxOutputTokenCount = {{value}} }; }""", Limit);

    [Fact]
    public Task Bound_HighWithoutAConfiguredLimit_DoesNotReport() => Verify.QuietAsync<OutputBoundTooHigh>(
        """class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = 60000 }; }""");

    [Fact]
    public Task HomeMadeMember_OfTheSameName_DoesNotReport() => Verify.QuietAsync<OutputBoundTooHigh>(
        """class Mine { public int MaxTokens { get; set; } } class C { object M() => new Mine { MaxTokens = 99999999 }; }""", Limit);

    [Fact]
    public Task Bound_AboveTheLimit_Reports() => Verify.ReportsAsync<OutputBoundTooHigh>("""
        class C
        {
            const int Much = 100_000;
            object M() => new OpenAI.Chat.ChatCompletionOptions { MaxOutputTokenCount = [|Much|] };
            void N(Microsoft.Extensions.AI.ChatOptions options) => options.MaxOutputTokens = [|4097|];
            object O() => new OllamaSharp.Models.RequestOptions { NumPredict = [|-1|] };
            Task P(HttpClient http) => http.PostAsync("https://api.openai.com/v1/chat/completions", System.Net.Http.Json.JsonContent.Create(new { model = "m", messages = new[] { new { role = "user", content = "hi" } }, max_tokens = [|5000|] }));
        }
        """, Limit);

    [Fact]
    public Task Bound_AboveTheModelsOwnMaximum_ReportsWithoutALimit() => Verify.ReportsAsync<OutputBoundTooHigh>("""
        class C
        {
            object M() => new Microsoft.Extensions.AI.ChatOptions { ModelId = "gpt-4o-mini", MaxOutputTokens = [|50000|] };
            object N() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = [|int.MaxValue|] };
        }
        """);

    [Theory]
    [InlineData("-7", "The output bound -7 bounds nothing: several providers take zero and below for no bound at all")]
    [InlineData("9999", "The output bound 9999 is above the limit of 4096")]
    public async Task Bound_ThatIsReported_SaysWhy(string value, string message)
    {
        var snippet = Snippet.Parse($$"""class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = {{value}} }; }""");

        Assert.Equal(message, Assert.Single(await Verify.RunAsync(new OutputBoundTooHigh(), snippet, Limit)).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task Property_OfMsBuild_SetsTheLimit() => Verify.ReportsAsync<OutputBoundTooHigh>(
        """class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = [|5000|] }; }""", ("build_property.SafeLlmMaxOutputTokens", "1000"));

    [Fact]
    public Task Fix_LowersToTheLimit() => Fix.ChangesAsync<OutputBoundTooHigh, LowerOutputBound>(
        """class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = 5000 }; }""",
        """class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = 4096 }; }""",
        Limit);

    [Fact]
    public Task Fix_WithoutALimit_IsNotOffered() => Fix.IsNotOfferedAsync<OutputBoundTooHigh, LowerOutputBound>(
        """class C { object M() => new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = int.MaxValue }; }""");
}
