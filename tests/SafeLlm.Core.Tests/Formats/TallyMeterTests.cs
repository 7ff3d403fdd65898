using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

/// <summary>Promise 3: the room that one answer was read in says nothing about the next, nor does whoever goes on writing into the first.</summary>
public sealed class TallyMeterTests
{
    private const string Long = """{"model":"a-model-of-a-very-long-name","service_tier":"priority","choices":[{"message":{"content":"Hello there."},"finish_reason":"stop"}],"usage":{"prompt_tokens":123456,"completion_tokens":7}}""";

    private const string Short = """{"model":"m","choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""";

    [Fact]
    public void Answers_ReadBehindOneAnother_AreReadByThemselves()
    {
        var first = Read(Long);
        var second = Read(Short);
        var third = Read("""{"choices":[]}""");

        Assert.Equal(("a-model-of-a-very-long-name", 123_456), (first.Model, first.Usage!.Input));
        Assert.Equal(("m", 1, 2), (second.Model, second.Usage!.Input, second.Usage.Output));
        Assert.Equal(default, second.Billable!.Value.ServiceTier);
        Assert.Null(third.Model);
        Assert.Null(third.Usage);
    }

    [Fact]
    public void Answers_ReadInTurn_AreReadByThemselves()
    {
        var (one, other) = (Meter(), Meter());
        for (var i = 0; i < Long.Length; i++)
        {
            one.Append(Encoding.UTF8.GetBytes(Long[i..(i + 1)]));
            if (i < Short.Length) other.Append(Encoding.UTF8.GetBytes(Short[i..(i + 1)]));
        }

        Assert.Equal("m", other.Complete().Model);
        Assert.Equal(123_456, one.Complete().Usage!.Input);
    }

    [Fact]
    public void Append_AfterComplete_ReachesNoOtherAnswer()
    {
        var over = Meter();
        over.Append(Encoding.UTF8.GetBytes(Long));
        over.Complete();
        var next = Meter();
        next.Append(Encoding.UTF8.GetBytes(Short[..12]));

        over.Append(Encoding.UTF8.GetBytes(Long));
        next.Append(Encoding.UTF8.GetBytes(Short[12..]));

        var reading = next.Complete();
        Assert.Equal(("m", 1, 2), (reading.Model, reading.Usage!.Input, reading.Usage.Output));
    }

    private static ResponseReading Read(string json)
    {
        var meter = Meter();
        meter.Append(Encoding.UTF8.GetBytes(json));
        return meter.Complete();
    }

    private static TallyMeter Meter() =>
        new(new OpenAiChatFormat().Rules, new ResponseHead(200, "application/json", null, _ => null), facts: null, _ => new WordCounter());
}
