using System.Text;
using SafeLlm.Formats;
using SafeLlm.Tests.Tokens;

namespace SafeLlm.Tests.Formats;

public sealed class TotalTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":20,"completion_tokens":198,"total_tokens":623}""", 20, 0, 603)]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":201,"total_tokens":585,"prompt_tokens_details":{"audio_tokens":375}}""", 384, 375, 201)]
    [InlineData("""{"prompt_tokens":400,"completion_tokens":201,"total_tokens":610,"prompt_tokens_details":{"audio_tokens":375}}""", 400, 375, 210)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":20,"total_tokens":35,"completion_tokens_details":{"reasoning_tokens":5}}""", 10, 0, 25)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":20,"total_tokens":40,"completion_tokens_details":{"reasoning_tokens":5}}""", 10, 0, 30)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"completion_tokens_details":{"reasoning_tokens":5}}""", 10, 0, 20)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":20,"total_tokens":5}""", 10, 0, 20)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":9223372036854775807,"total_tokens":9223372036854775807}""", 10, 0, long.MaxValue)]
    public void Tokens_ThatOnlyTheTotalHas_AreBilled(string usage, long input, long audio, long output)
    {
        var facts = Calls.Chat("{}");
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, "application/json", null, _ => null));
        meter.Append(Encoding.UTF8.GetBytes($$"""{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{{usage}}}"""));

        var billable = meter.Complete().Billable!.Value;

        Assert.Equal((input, audio, output), (billable.Input, billable.AudioInput, billable.Output));
    }
}
