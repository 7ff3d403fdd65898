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
}
