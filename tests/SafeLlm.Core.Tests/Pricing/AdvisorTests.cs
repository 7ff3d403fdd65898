using System.Text;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class AdvisorTests
{
    private const string Url = "https://api.anthropic.com/v1/messages";
    private const string Passes = """
        {"type":"message","input_tokens":412,"output_tokens":89},
        {"input_tokens":150000,"cache_read_input_tokens":7,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":9},"output_tokens":1612,"type":"advisor_message","model":"claude-opus-4-6"},
        {"model":"claude-unheard-of","type":"advisor_message","input_tokens":10,"output_tokens":20},
        {"type":"message","input_tokens":1348,"output_tokens":442}
        """;

    private static readonly CallFacts Facts = Calls.Read(Url, """{"model":"claude-haiku-4-5","max_tokens":1000,"tools":[{"type":"advisor_20260301","name":"advisor","model":"claude-opus-4-6","max_uses":2}],"messages":[]}""");
    private static readonly Quoter Quoter = new(ModelCatalog.Embedded);

    [Fact]
    public void Quote_IsHeldAtTheDearerOfBoth()
    {
        var (haiku, opus) = (Price("claude-haiku-4-5"), Price("claude-opus-4-6"));

        var quote = Quoter.Quote(Facts, haiku, EstimateMethod.Counted);

        Assert.Equal(Quoter.Quote(Facts, opus, EstimateMethod.Counted).Output.Upper, quote.Output.Upper);
        foreach (var model in (ModelPrice[])[haiku, opus])
        {
            Assert.True(quote.Upper >= Quoter.Cost(model, new BillableUsage(0, 0, quote.Input.Upper, quote.Output.Upper)));
        }
    }

    [Fact]
    public void Charge_IsAtEachModelsOwnPrice()
    {
        var (haiku, opus) = (Price("claude-haiku-4-5"), Price("claude-opus-4-6"));
        var answer = Read($$"""{"model":"claude-haiku-4-5","content":[],"stop_reason":"end_turn","usage":{"input_tokens":412,"output_tokens":531,"iterations":[{{Passes}}]} }""");

        Assert.Equal(new BillableUsage(412, 0, 0, 531), answer.Billable);
        Assert.Equal([new("claude-opus-4-6", new(150_000, 7, 9, 1_612) { CacheWriteLong = 9 }), new AdvisorUsage("claude-unheard-of", new(10, 0, 0, 20))], answer.Advisors);
        Assert.Equal((150_026, 1_632), (answer.AdvisorInput, answer.AdvisorOutput));
        var asked = AdvisorPrices.Charge(Quoter.Quote(Facts, haiku, EstimateMethod.Bytes).Advisors, haiku, answer);
        Assert.Equal(Quoter.Cost(opus, answer.Advisors[0].Usage) + Quoter.Cost(opus, answer.Advisors[1].Usage), asked);
        Assert.Equal(NanoUsd.Zero, AdvisorPrices.Charge(null, haiku, null));
    }

    [Fact]
    public void Stream_ThatTellsThemTwice_IsChargedOnce()
    {
        var answer = Read($$$"""
            event: message_start
            data: {"type":"message_start","message":{"model":"claude-haiku-4-5","usage":{"input_tokens":412,"output_tokens":1,"iterations":[{{{Passes.ReplaceLineEndings("")}}}] } } }

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":531,"iterations":[{{{Passes.ReplaceLineEndings("")}}}] } }

            event: message_stop
            data: {"type":"message_stop"}


            """);

        Assert.Equal(new BillableUsage(412, 0, 0, 531), answer.Billable);
        Assert.Equal(["claude-opus-4-6", "claude-unheard-of"], answer.Advisors.Select(advisor => advisor.Model));
    }

    [Fact]
    public void Advisor_OfAnUnknownModel_IsHeldAtTheDearestOfItsProvider()
    {
        var facts = Calls.Read(Url, """{"model":"claude-haiku-4-5","max_tokens":1000,"tools":[{"type":"advisor_20260301","name":"advisor","model":"claude-unheard-of"}],"messages":[]}""");
        var dearest = ModelCatalog.Embedded.Dearest("claude-unheard-of", "api.anthropic.com")!;

        var quote = Quoter.Quote(facts, Price("claude-haiku-4-5"), EstimateMethod.Bytes);

        Assert.True(quote.Upper >= Quoter.Cost(dearest, new BillableUsage(quote.Input.Upper, 0, 0, quote.Output.Upper)));
    }

    private static ModelPrice Price(string model) => ModelCatalog.Embedded.TryFind(Calls.Read(Url, $$"""{"model":"{{model}}","messages":[]}"""), out var price) ? price : throw new InvalidOperationException("The catalog lost a model.");

    private static ResponseReading Read(string body)
    {
        var meter = Facts.Format.CreateMeter(Facts, new ResponseHead(200, null, null, _ => null));
        meter.Append(Encoding.UTF8.GetBytes(body));
        return meter.Complete();
    }
}
