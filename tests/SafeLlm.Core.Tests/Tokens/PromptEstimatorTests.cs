using CsCheck;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class PromptEstimatorTests
{
    private static readonly PromptEstimator Estimator = new();
    private static readonly ModelPrice Mini = new("gpt-4o-mini", 0.15m, 0.60m) { ContextTokens = 128_000 };

    [Fact]
    public void FromCount_OneMessage_HasFrameAndPrimer() =>
        Assert.Equal(3 + 3 + 1 + 1, Estimator.FromCount(Calls.User("Hello"), Mini).Tokens.Expected);

    [Fact]
    public void FromCount_EscapedText_CountsWhatItStandsFor() =>
        Assert.Equal(
            Estimator.FromCount(Calls.User("a\u00e9\u00e9 tab"), Mini).Tokens.Expected,
            Estimator.FromCount(Calls.User(@"a\u00e9\u00e9 tab"), Mini).Tokens.Expected);

    [Fact]
    public void FromBytes_AnyText_HoldsTheCount() =>
        Texts.Any.Sample(text =>
        {
            var facts = Calls.User(System.Text.Json.JsonEncodedText.Encode(text).ToString());
            var bytes = Estimator.FromBytes(facts, Mini);
            var count = Estimator.FromCount(facts, Mini);
            Assert.Equal(EstimateBasis.Bounded, bytes.Basis);
            Assert.InRange(count.Tokens.Expected, bytes.Tokens.Lower, bytes.Tokens.Upper);
            Assert.True(count.Tokens.Upper <= bytes.Tokens.Upper);
            Assert.True(count.Tokens.Lower <= count.Tokens.Expected && count.Tokens.Expected <= count.Tokens.Upper);
        });

    [Fact]
    public void FromCount_ServerHistory_TakesTheContextWindowAndSaysSo()
    {
        var facts = Calls.Chat("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"web_search_options":{}}""");
        Assert.Contains(UnknowableInput.HostedTools, facts.Unknowable);
        foreach (var estimate in (InputEstimate[])[Estimator.FromBytes(facts, Mini), Estimator.FromCount(facts, Mini)])
        {
            Assert.Equal(128_000, estimate.Tokens.Upper);
            Assert.Equal(EstimateMethod.ContextWindow, estimate.Method);
            Assert.Contains(estimate.Reasons, reason => reason.Contains("context window of gpt-4o-mini", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void FromCount_ALongMemberThatIsNotKnown_IsNoBound()
    {
        var content = new string('a', 5_000);
        Assert.Equal(EstimateBasis.Bounded, Estimator.FromBytes(Calls.User("Hi", more: $$""","metadata":{"a":"{{content}}"}"""), Mini).Basis);
        foreach (var estimate in (InputEstimate[])[Estimator.FromBytes(Calls.User("Hi", more: $""","more":"{content}" """), Mini), Estimator.FromCount(Calls.User("Hi", more: $""","more":["{content}"]"""), Mini)])
        {
            Assert.Equal(EstimateBasis.Calibrated, estimate.Basis);
            Assert.Equal(128_000, estimate.Tokens.Upper);
        }
    }

    [Fact]
    public void FromBytes_MoreThanTheContextWindow_StopsThere() =>
        Assert.Equal(300, Estimator.FromBytes(Calls.User(new string('a', 1_000)), Mini with { ContextTokens = 300 }).Tokens.Upper);
}
