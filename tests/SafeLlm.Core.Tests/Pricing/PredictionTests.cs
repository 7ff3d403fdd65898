using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;
using SafeLlm.Validation;

namespace SafeLlm.Tests.Pricing;

public sealed class PredictionTests
{
    private const int Words = 10_000;

    private static readonly Quoter Quoter = new(ModelCatalog.Embedded);
    private static readonly string Prose = string.Concat(Enumerable.Repeat("word ", Words));

    [Theory]
    [InlineData(EstimateMethod.Bytes, 1, 5 * Words)]
    [InlineData(EstimateMethod.Counted, 1, Words)]
    [InlineData(EstimateMethod.Counted, 3, Words)]
    public void Quote_OfAPrediction_HoldsItAsOutputOfEachChoice(EstimateMethod method, int choices, int least)
    {
        foreach (var content in (string[])[$"\"{Prose}\"", $$"""[{"type":"text","text":"{{Prose}}"}]"""])
        {
            var (facts, model) = Call(content, choices);

            var quote = Quoter.Quote(facts, model, method);

            Assert.InRange(quote.Output.Upper, (least + 1) * choices, ((least + 10) * choices) + 1);
            Assert.True(quote.Upper >= Quoter.Cost(model, new BillableUsage(0, 0, 0, quote.Output.Upper)));
            Assert.Contains(quote.Reasons, reason => reason.Contains("prediction", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Quote_OfAPrediction_CountsItAsNoInput()
    {
        var (facts, model) = Call($"\"{Prose}\"", 1);

        Assert.InRange(Quoter.Quote(facts, model, EstimateMethod.Counted).Input.Upper, 1, 100);
    }

    [Fact]
    public void LargestOutputBound_BesideAPrediction_LeavesRoomForIt()
    {
        var (facts, model) = Call($"\"{Prose}\"", 1);
        var quote = Quoter.Quote(facts, model, EstimateMethod.Counted);
        var limit = Limit.OutputTokens(Words + 500).PerDay();

        Assert.InRange(Quoter.LargestOutputBound(quote, model, 1, [new LimitDenial(limit, quote.Output.Upper, 0, 0, null)])!.Value, 1, 500);
    }

    [Fact]
    public void Prediction_IsUnderTheRules() =>
        Assert.Equal("too_many_characters", Assert.Single(PromptRules.MostCharacters(1_000).Check(Call($"\"{Prose}\"", 1).Facts)).Rule);

    [Theory]
    [InlineData("""[{"type":"image_url","image_url":{"url":"https://example.com"}}]""")]
    [InlineData("""{"parts":[]}""")]
    public void Prediction_OfAnotherKind_IsUnknowable(string content) =>
        Assert.Contains(UnknowableInput.UnknownItems, Call(content, 1).Facts.Unknowable);

    private static (CallFacts Facts, ModelPrice Model) Call(string content, int choices)
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o", out var model));
        return (Calls.User("Hello", "gpt-4o", $$""","max_tokens":1,"n":{{choices}},"prediction":{"type":"content","content":{{content}} }"""), model);
    }
}
