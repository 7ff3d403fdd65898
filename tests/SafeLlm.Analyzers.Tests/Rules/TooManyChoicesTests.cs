using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class TooManyChoicesTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    [InlineData("count")]
    public Task Choices_FewOrUnknown_DoNotReport(string value) => Verify.QuietAsync<TooManyChoices>(
        $$"""class C { object M(int count) => new Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ChatCompletionCreateRequest { N = {{value}} }; }""");

    [Fact]
    public Task HomeMadeMember_OfTheSameName_DoesNotReport() => Verify.QuietAsync<TooManyChoices>("class Mine { public int N { get; set; } } class C { object M() => new Mine { N = 100 }; OpenAI.OpenAIClient? other; }");

    [Fact]
    public Task Choices_ManyOrAWholeFile_Report() => Verify.ReportsAsync<TooManyChoices>("""
        using Microsoft.Extensions.AI;
        class C
        {
            object M() => new Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ChatCompletionCreateRequest { N = [|10|] };
            Task N(IChatClient chat) => chat.GetResponseAsync("Sum up: " + [|File.ReadAllText("a.txt")|]);
        }
        """);
}
