using CsCheck;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Formats;
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
    public void FromBytes_MoreThanTheContextWindow_StopsThere() =>
        Assert.Equal(300, Estimator.FromBytes(Calls.User(new string('a', 1_000)), Mini with { ContextTokens = 300 }).Tokens.Upper);

    [Fact]
    public void FromCount_RecordedOpenAiChatOfText_IsWithinOneToken()
    {
        var errors = OpenAiChats().Where(chat => chat.Features.Length == 0).Select(chat => (chat.Id, Error: chat.Estimate.Tokens.Expected - chat.Reported)).ToList();
        Assert.InRange(errors.Count, 100, 400);
        Assert.True(errors.Count(error => Math.Abs(error.Error) <= 1) >= errors.Count * 0.95, string.Join('\n', errors.Where(error => Math.Abs(error.Error) > 1)));
    }

    [Fact]
    public void FromCount_RecordedOpenAiChat_StaysBelowTheUpperEnd()
    {
        var under = OpenAiChats().Where(chat => chat.Reported > chat.Estimate.Tokens.Upper).Select(chat => $"{chat.Id} {chat.Features} {chat.Reported} {chat.Estimate.Tokens}").ToList();
        Assert.True(under.Count == 0, string.Join('\n', under));
    }

    [Fact]
    public void FromCount_RecordedOpenAiChatWithTools_IsWithinTwoPercent()
    {
        var chats = OpenAiChats().Where(chat => chat.Features == "tools").ToList();
        Assert.InRange(chats.Count, 40, 200);
        var far = chats.Where(chat => Math.Abs(chat.Estimate.Tokens.Expected - chat.Reported) > Math.Max(1, chat.Reported * 0.02)).Select(chat => $"{chat.Id} {chat.Model} {chat.Reported} {chat.Estimate.Tokens}").ToList();
        Assert.True(far.Count <= chats.Count * 0.06, $"{far.Count} of {chats.Count}\n{string.Join('\n', far)}");
    }

    private static IEnumerable<(string Id, string Model, string Features, long Reported, InputEstimate Estimate)> OpenAiChats()
    {
        foreach (var recording in Recording.All.Where(recording => recording.Wire == "openai-chat" && recording.Provider is "openai-chat" or "azure-openai"))
        {
            if (recording.ReportedInput is not > 0 || WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: { Unknowable.Count: 0, Model: { } model } facts })
            {
                continue;
            }

            if (!OpenAiModels.Counts(model) || facts.Parts.Any(part => part.Kind is PromptPartKind.Image or PromptPartKind.Audio or PromptPartKind.File))
            {
                continue;
            }

            var kinds = facts.Parts.Select(part => part.Kind).ToHashSet();
            var features = string.Join('+', new[]
            {
                kinds.Contains(PromptPartKind.ToolDeclarations) ? "tools" : null,
                kinds.Contains(PromptPartKind.ToolCallName) || kinds.Contains(PromptPartKind.ToolResult) ? "turns" : null,
                kinds.Contains(PromptPartKind.ResponseSchema) ? "schema" : null,
            }.OfType<string>());
            yield return (recording.Id, model, features, recording.ReportedInput.Value, Estimator.FromCount(facts, new ModelPrice(model, 1, 1)));
        }
    }
}
