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

    [Fact]
    public void CodeThatAnInterpreterRuns_IsNoError()
    {
        var reading = ReadResponses(
            """{"type":"response.code_interpreter_call_code.done","item_id":"ci_1","code":"print(1)"}""",
            """{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":4}}}""");

        Assert.Null(reading.Error);
        Assert.Equal((true, 9L, 4L), (reading.IsComplete, reading.Usage!.Input, reading.Usage.Output));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"it broke","param":null}""", "server_error")]
    [InlineData("""{"type":"error","message":"it broke","code":"server_error"}""", "server_error")]
    [InlineData("""{"type":"error","code":null,"message":"it broke"}""", "error")]
    [InlineData("""{"type":"error","error":{"code":"rate_limit_exceeded","message":"slow"}}""", "rate_limit_exceeded")]
    public void ErrorInsideAStreamOfResponses_IsOne(string json, string error) => Assert.Equal(error, ReadResponses(json).Error);

    [Theory]
    [InlineData("reasoning", "reasoning_content")]
    [InlineData("reasoning_content", "reasoning")]
    [InlineData("reasoning_content", "other")]
    public void WhatWasThought_CountsOnceUnderWhicheverNamesItComes(string one, string other)
    {
        var meter = Meter();
        for (var i = 0; i < 5; i++) meter.Append(Encoding.UTF8.GetBytes($$$"""{"choices":[{"delta":{"{{{one}}}":"abcd","{{{other}}}":"abcd"}}]}"""));

        Assert.Equal(20, meter.OutputBytes);
    }

    private static ResponseReading ReadResponses(params string[] events)
    {
        var meter = new TallyMeter(new OpenAiResponsesFormat().Rules, new ResponseHead(200, "text/event-stream", null, _ => null), facts: null, _ => new WordCounter());
        foreach (var json in events) meter.Append(Encoding.UTF8.GetBytes($"data: {json}\n\n"));
        return meter.Complete();
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
