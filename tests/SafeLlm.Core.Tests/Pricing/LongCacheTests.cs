using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class LongCacheTests
{
    private static readonly Quoter Quoter = new(ModelCatalog.Embedded);

    [Theory]
    [InlineData("""{"type":"ephemeral","ttl":"5m"}""", false)]
    [InlineData("""{"type":"ephemeral","ttl":"\u0035m"}""", false)]
    [InlineData("""{"type":"ephemeral","ttl":null}""", false)]
    [InlineData("""{"type":"ephemeral"}""", false)]
    [InlineData("""{"type":"ephemeral","ttl":"1h"}""", true)]
    [InlineData("""{"type":"ephemeral","ttl":"\u0031h"}""", true)]
    [InlineData("""{"type":"ephemeral","\u0074tl":"1h"}""", true)]
    [InlineData("""{"type":"ephemeral","tt\u006C":"1h"}""", true)]
    [InlineData("""{"type":"ephemeral","ttl":"24h"}""", true)]
    [InlineData("""{"type":"ephemeral","ttl":3600}""", true)]
    public void Quote_OfACacheThatIsKeptForLonger_HoldsItsPrice(string control, bool isLong)
    {
        var facts = Calls.Read("https://api.anthropic.com/v1/messages", $$"""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"Say 1h","cache_control":{{control}}}]}]}""");
        Assert.True(ModelCatalog.Embedded.TryFind(facts, out var price));

        var quote = Quoter.Quote(facts, price, EstimateMethod.Bytes);

        var (shortly, longer) = (Quoter.Cost(price, new BillableUsage(0, 0, quote.Input.Upper, 2)), Quoter.Cost(price, new BillableUsage(0, 0, quote.Input.Upper, 2) { CacheWriteLong = quote.Input.Upper }));
        Assert.True(longer > shortly);
        Assert.Equal(isLong ? longer : shortly, quote.Upper);
    }

    [Theory]
    [InlineData("""[{"ttl":"1h","inputTokens":900},{"inputTokens":100,"ttl":"5m"}]""", "5m", 900)]
    [InlineData("""[{"inputTokens":900,"ttl":"1h"}]""", "5m", 900)]
    [InlineData("""[{"inputTokens":1000,"ttl":"5m"}]""", "1h", 0)]
    [InlineData("""[]""", "5m", 0)]
    [InlineData("""[]""", "1h", 1000)]
    public void Usage_OfBedrock_TellsWhatIsKeptForLong(string details, string asked, long kept)
    {
        var facts = Calls.Read("https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse", $$$"""{"messages":[{"role":"user","content":[{"text":"Hi"},{"cachePoint":{"type":"default","ttl":"{{{asked}}}"}}]}]}""");
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, "application/json", null, _ => null));
        meter.Append(System.Text.Encoding.UTF8.GetBytes($$$"""{"output":{"message":{"content":[{"text":"a"}]}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":5,"cacheWriteInputTokens":1000,"cacheDetails":{{{details}}} } }"""));

        Assert.Equal(new BillableUsage(10, 0, 1000, 5) { CacheWriteLong = kept }, meter.Complete().Billable);
    }
}
