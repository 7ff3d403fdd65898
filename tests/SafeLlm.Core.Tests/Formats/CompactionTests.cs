using System.Text;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Formats;

public sealed class CompactionTests
{
    private const string Direct = "https://api.anthropic.com/v1/messages";
    private const string Bedrock = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-6-v1/invoke";
    private const string Edit = """ "context_management":{"edits":[{"type":"clear_tool_uses_20250919"},{"type":"compact_20260112"}]}, """;

    private static readonly Quoter Quoter = new(ModelCatalog.Embedded);

    [Theory]
    [InlineData("""{"input_tokens":23000,"output_tokens":1000,"iterations":[{"type":"compaction","input_tokens":180000,"output_tokens":3500},{"type":"message","input_tokens":23000,"output_tokens":1000}]}""", 203_000, 0, 0, 4_500)]
    [InlineData("""{"iterations":[{"output_tokens":1000,"input_tokens":23000,"type":"message"},{"output_tokens":3500,"input_tokens":180000,"type":"compaction"},{"output_tokens":500,"input_tokens":50000,"type":"compaction"}],"output_tokens":1000,"input_tokens":23000}""", 253_000, 0, 0, 5_000)]
    [InlineData("""{"input_tokens":10,"cache_read_input_tokens":20,"cache_creation_input_tokens":30,"output_tokens":1,"iterations":[{"type":"compaction","input_tokens":100,"cache_read_input_tokens":200,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_1h_input_tokens":300},"output_tokens":7}]}""", 110, 220, 330, 8)]
    [InlineData("""{"input_tokens":2390,"output_tokens":121,"iterations":[{"input_tokens":1128,"output_tokens":110,"type":"message"},{"input_tokens":2518,"output_tokens":22,"type":"advisor_message"},{"input_tokens":1262,"output_tokens":11,"type":"message"}]}""", 2_390, 0, 0, 121)]
    [InlineData("""{"input_tokens":10,"output_tokens":1,"iterations":[]}""", 10, 0, 0, 1)]
    [InlineData("""{"input_tokens":10,"output_tokens":1,"iterations":null}""", 10, 0, 0, 1)]
    public void Passes_ThatSummarised_AreBilledOnTop(string usage, long input, long cached, long written, long output)
    {
        foreach (var url in (string[])[Direct, Bedrock])
        {
            Assert.Equal(new BillableUsage(input, cached, written, output) { CacheWriteLong = written > 0 ? 300 : 0 }, Read(url, $$"""{"content":[],"stop_reason":"end_turn","usage":{{usage}} }"""));
        }
    }

    [Fact]
    public void Passes_OfAStream_AreBilledOnce()
    {
        const string passes = """ "iterations":[{"type":"compaction","input_tokens":180000,"output_tokens":3500},{"type":"message","input_tokens":23000,"output_tokens":1000}] """;
        var stream = $$$"""
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":23000,"output_tokens":1,{{{passes}}} } } }

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1000,{{{passes}}} } }

            event: message_stop
            data: {"type":"message_stop"}


            """;

        Assert.Equal(new BillableUsage(203_000, 0, 0, 4_500), Read(Direct, stream));
    }

    [Theory]
    [InlineData(Edit, 60_000, true)]
    [InlineData(Edit, 10, false)]
    [InlineData(""" "context_management":{"edits":[{"type":"something_new"}]}, """, 60_000, true)]
    [InlineData(""" "context_management":{"edits":[{"type":"clear_thinking_20251015"}]}, """, 60_000, false)]
    [InlineData(""" "context_management":null, """, 60_000, false)]
    [InlineData(""" "compaction":{"type":"summarize"}, """, 10, true)]
    public void Quote_OfACallThatMayBeCompacted_HoldsASecondPass(string asks, int words, bool isHeld)
    {
        Assert.True(ModelCatalog.Embedded.TryFind("claude-opus-4-6", out var model));
        foreach (var url in (string[])[Direct, Bedrock])
        {
            var once = Quoter.Quote(Call(url, "", words), model, EstimateMethod.Counted);
            var quote = Quoter.Quote(Call(url, asks, words), model, EstimateMethod.Counted);

            Assert.Equal(isHeld ? 2 * once.Input.Upper : once.Input.Upper, quote.Input.Upper);
            Assert.Equal(isHeld ? once.Output.Upper + model.MaxOutputTokens : once.Output.Upper, quote.Output.Upper);
            Assert.True(!isHeld || quote.Upper >= Quoter.Cost(model, new BillableUsage(2 * once.Input.Upper, 0, 0, quote.Output.Upper)));
        }
    }

    [Fact]
    public void Instructions_OfASummary_AreText() =>
        Assert.Contains(
            Call(Direct, """ "context_management":{"edits":[{"type":"compact_20260112","instructions":"Be brief."}]}, """, 1).Parts,
            part => part is { Kind: PromptPartKind.Text, Length: 9 });

    private static CallFacts Call(string url, string asks, int words) =>
        Calls.Read(url, $$"""{"model":"claude-opus-4-6",{{asks}}"max_tokens":9,"messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("word ", words))}}"}]}""");

    private static BillableUsage? Read(string url, string content)
    {
        var facts = Call(url, "", 1);
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, content[0] == 'e' ? "text/event-stream" : "application/json", null, _ => null));
        meter.Append(Encoding.UTF8.GetBytes(content));
        return meter.Complete().Billable;
    }
}
