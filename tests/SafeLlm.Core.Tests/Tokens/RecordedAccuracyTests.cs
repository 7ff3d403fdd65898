using SafeLlm.Formats;
using SafeLlm.Tests.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>How near the estimates come to what providers reported, by class, on the recorded traffic. Each test prints its figure.</summary>
public sealed class RecordedAccuracyTests(ITestOutputHelper output)
{
    [Fact]
    public void OpenAiChat_OfText_IsWithinOneTokenForNinetyFivePercent() =>
        AtLeast(0.95, OpenAi("openai-chat").Where(call => call.Class.Length == 0), call => call.Error <= 1);

    [Fact]
    public void OpenAiChat_WithTools_IsWithinTwoPercentForNinetyFourPercent() =>
        AtLeast(0.94, OpenAi("openai-chat").Where(call => call.Class == "tools"), IsWithinTwoPercent);

    [Fact]
    public void OpenAiChat_WithToolTurns_IsWithinTwoPercentForNinetyPercent() =>
        AtLeast(0.90, OpenAi("openai-chat").Where(call => call.Class == "tools+turns"), IsWithinTwoPercent);

    [Fact]
    public void OpenAi_WithSchema_IsWithinTwoPercentAlways() =>
        AtLeast(1, OpenAi("openai-chat").Concat(OpenAi("openai-responses")).Where(call => call.Class == "schema"), IsWithinTwoPercent);

    [Fact]
    public void OpenAiResponses_OfText_IsWithinTwoPercentForNinetyThreePercent() =>
        AtLeast(0.93, OpenAi("openai-responses").Where(call => call.Class.Length == 0), IsWithinTwoPercent);

    [Fact]
    public void OpenAiEmbeddings_Always_AreWithinOneToken() => AtLeast(1, OpenAi("openai-embeddings"), call => call.Error <= 1);

    [Fact]
    public void OpenAi_WithPictures_IsWithinTwoTokensForNinetyPercent() =>
        AtLeast(0.9, OpenAi("openai-chat").Concat(OpenAi("openai-responses")).Where(call => call.Class.Contains("media", StringComparison.Ordinal)), call => call.Error <= 2);

    [Fact]
    public void OpenAiChat_UpperEnd_IsNeverBelow() => AtLeast(1, OpenAi("openai-chat"), call => !call.IsUnder);

    [Fact]
    public void OpenAiResponses_UpperEnd_IsBelowForFivePercentAtMost() => AtLeast(0.95, OpenAi("openai-responses"), call => !call.IsUnder);

    [Fact]
    public void Claude_UpperEnd_IsNeverBelow() => AtLeast(1, Estimable.Where(call => call.IsClaude), call => !call.IsUnder);

    [Fact]
    public void Gemini_OfText_IsWithinTenPercentForNinetyPercent() =>
        AtLeast(0.9, Estimable.Where(call => call.Facts.Format.Name == "gemini" && call.Class.Length == 0), call => call.Error <= Math.Max(8, call.Reported * 0.1));

    [Fact]
    public void Families_UpperEnd_HoldsForNinetyFivePercent()
    {
        foreach (var family in Estimable.GroupBy(call => OpenAiModels.Counts(call.Facts.Model ?? "") ? "openai" : TokenFamilies.For(call.Facts.Model ?? "", call.Facts.Authority).Name.Split('-')[0]).Where(family => family.Count() >= 20))
        {
            AtLeast(0.95, family, call => !call.IsUnder);
        }
    }

    [Fact]
    public void UpperEnd_OfLongInputs_IsAMedianOfOneThirdAboveAtMost()
    {
        var classes = Estimable
            .Where(call => call.Reported > 200 && (call.IsClaude || call.IsOpenAi))
            // the few pictures under one repeated prompt in capitals are no class
            .Where(call => call.Class != "media")
            .GroupBy(call => $"{(call.IsClaude ? "claude" : call.Facts.Format.Name)} {(call.Class.Length == 0 ? "text" : call.Class)}", StringComparer.Ordinal);
        foreach (var calls in classes.OrderBy(calls => calls.Key, StringComparer.Ordinal))
        {
            var ratios = calls.Select(call => call.Estimate.Tokens.Upper / (double)call.Reported).Order().ToList();
            output.WriteLine($"{calls.Key}: {ratios.Count} calls, median of upper/reported {ratios[ratios.Count / 2]:0.00}");
            Assert.True(ratios[ratios.Count / 2] <= 1.35, $"{calls.Key}: {string.Join(' ', ratios.Select(ratio => $"{ratio:0.00}"))}");
        }
    }

    [Fact]
    public void Unknowable_HostedToolsServerStateRemoteMediaFilesAndReplayedReasoning_AreMarkedAlways()
    {
        var marked = 0;
        foreach (var recording in Recording.All)
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is RequestReading.Call { Facts: { } facts } && UnknowableSigns.In(recording) is { Count: > 0 } signs)
            {
                marked++;
                var estimate = new PromptEstimator().FromCount(facts, new SafeLlm.Pricing.ModelPrice(facts.Model ?? "", 1, 1));
                Assert.True(estimate.Method == EstimateMethod.ContextWindow, $"{recording.Id} {facts.Format.Name}: {string.Join(' ', signs)}");
            }
        }

        output.WriteLine($"{marked} calls are marked");
        Assert.InRange(marked, 300, 2_000);
    }

    [Fact]
    public void Unknowable_WithoutASignOfIt_IsNotSaid()
    {
        var unsaid = RecordedCall.All
            .Where(call => !call.IsEstimable && (call.IsOpenAi || call.IsClaude) && UnknowableSigns.In(call.Recording).Count == 0)
            .Select(call => $"{call} {string.Join(' ', call.Estimate.Reasons)}")
            .ToList();
        Assert.True(unsaid.Count == 0, string.Join('\n', unsaid));
    }

    private static IEnumerable<RecordedCall> Estimable => RecordedCall.All.Where(call => call.IsEstimable);

    private static IEnumerable<RecordedCall> OpenAi(string format) => Estimable.Where(call => call.IsOpenAi && call.Facts.Format.Name == format);

    private static bool IsWithinTwoPercent(RecordedCall call) => call.Error <= Math.Max(1, call.Reported * 0.02);

    private void AtLeast(double share, IEnumerable<RecordedCall> calls, Func<RecordedCall, bool> holds)
    {
        var all = calls.ToList();
        var failed = all.Where(call => !holds(call)).ToList();
        var held = 1 - (failed.Count / (double)all.Count);
        output.WriteLine($"{all.Count} calls, {held:P1} hold, at least {share:P0} must");
        failed.ForEach(call => output.WriteLine(call.ToString()));
        Assert.True(all.Count >= 5 && held >= share, $"{held:P1} of {all.Count} hold\n{string.Join('\n', failed)}");
    }
}
