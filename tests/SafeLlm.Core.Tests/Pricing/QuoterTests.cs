using System.Globalization;
using CsCheck;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class QuoterTests
{
    private static readonly Quoter Quoter = new(ModelCatalog.Embedded);
    private static readonly ModelPrice Odd = new("odd", 0.0001m, 0.0003m) { ContextTokens = 1_000, MaxOutputTokens = 100 };

    private static readonly Gen<long> Tokens = Gen.OneOf(Gen.Long[0, 100_000], Gen.Long[0, long.MaxValue], Gen.Const(long.MaxValue), Gen.Const(-5L));
    private static readonly Gen<decimal> Price = Gen.OneOf(Gen.Decimal[0, 100], Gen.Const(decimal.MaxValue), Gen.Const(0m), Gen.Const(0.0000000001m));

    [Fact]
    public void Cost_ArticlePrices_EqualTheVectors()
    {
        var vectors = Vectors.Read("pricing", "article.json");
        var prices = vectors.GetProperty("prices").EnumerateArray().ToDictionary(
            price => price.GetProperty("model").GetString()!,
            price => new ModelPrice(price.GetProperty("model").GetString()!, 1_000 * Number(price.GetProperty("inputPerThousand").GetString()!), 1_000 * Number(price.GetProperty("outputPerThousand").GetString()!)));
        foreach (var cost in vectors.GetProperty("costs").EnumerateArray())
        {
            var usage = new BillableUsage(cost.GetProperty("input").GetInt64(), 0, 0, cost.GetProperty("output").GetInt64());
            Assert.Equal(Number(cost.GetProperty("dollars").GetString()!), Quoter.Cost(prices[cost.GetProperty("model").GetString()!], usage).Dollars);
        }
    }

    [Fact]
    public void Cost_PartsOfANanoDollar_AreRoundedUpOnce() =>
        Assert.Equal(new NanoUsd(2), Quoter.Cost(Odd, new BillableUsage(3, 3, 3, 3)));

    [Fact]
    public void Cost_AnyUsage_IsTheCeilingOfTheExactSumOrSaturated() =>
        Gen.Select(Tokens, Tokens, Price, Price).Sample((input, output, inputPrice, outputPrice) =>
        {
            var cost = Quoter.Cost(new ModelPrice("m", inputPrice, outputPrice), new BillableUsage(input, 0, 0, output));
            Assert.True(cost >= NanoUsd.Zero);
            if (input is >= 0 and < 1_000_000 && output is >= 0 and < 1_000_000 && inputPrice <= 100 && outputPrice <= 100)
            {
                Assert.Equal(decimal.Ceiling(1_000 * ((input * inputPrice) + (output * outputPrice))), cost.Value);
            }
        });

    [Fact]
    public void Quote_BoundedCall_HasUpperOfBoundTimesChoicesAndOneMore()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-mini", out var model));
        var quote = Quoter.Quote(Calls.User("Hello", more: ""","max_tokens":50,"n":3"""), model, EstimateMethod.Counted);
        Assert.Equal(151, quote.Output.Upper);
        Assert.Equal(8, quote.Input.Expected);
        Assert.True(quote.Lower <= quote.Expected && quote.Expected <= quote.Upper);
        Assert.Equal(Quoter.Cost(model, new BillableUsage(quote.Input.Upper, 0, 0, quote.Output.Upper)), quote.Upper);
        Assert.Equal(ModelCatalog.Embedded.Date, quote.PricesOf);
    }

    [Fact]
    public void Quote_UnboundedCall_TakesTheModelsMaximumAndSaysSo()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-mini", out var model));
        var quote = Quoter.Quote(Calls.User("Hello"), model, EstimateMethod.Bytes);
        Assert.Equal(16_384, quote.Output.Upper);
        Assert.Equal(EstimateBasis.Bounded, quote.Basis);
        Assert.Contains(quote.Reasons, reason => reason.Contains("16384", StringComparison.Ordinal));
    }

    [Fact]
    public void Quote_AbsurdBound_Saturates()
    {
        var quote = Quoter.Quote(Calls.User("Hello", more: ""","max_tokens":9223372036854775807,"n":100"""), Odd, EstimateMethod.Bytes);
        Assert.Equal(long.MaxValue, quote.Output.Upper);
        Assert.Equal(long.MaxValue, quote.Upper.Value);
    }

    [Fact]
    public void Quote_CacheWriteDearerThanInput_IsOnTheUpperSide()
    {
        var model = new ModelPrice("m", 3, 15) { CacheWritePerMillion = 3.75m, CachedInputPerMillion = 0.3m };
        var quote = Quoter.Quote(Calls.User("Hello", more: ""","max_tokens":1"""), model, EstimateMethod.Counted);
        Assert.Equal(Quoter.Cost(model, new BillableUsage(0, 0, quote.Input.Upper, 2)), quote.Upper);
        Assert.Equal(Quoter.Cost(model, new BillableUsage(0, quote.Input.Lower, 0, 0)), quote.Lower);
    }

    [Fact]
    public void LargestOutputBound_AnyDenials_FitsAndIsTheLargest() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Int[1, 5], Gen.Enum<Dimension>()).Sample((free, choices, dimension) =>
        {
            var model = new ModelPrice("gpt-4o-mini", 0.15m, 0.6m);
            var quote = Quoter.Quote(Calls.User("Hello", more: $$""","max_tokens":100000,"n":{{choices}}"""), model, EstimateMethod.Counted);
            var denial = Denial(dimension, free);
            var bound = Quoter.LargestOutputBound(quote, model, choices, [denial]);
            if (dimension is Dimension.Requests or Dimension.ConcurrentCalls or Dimension.InputTokens)
            {
                Assert.Null(bound);
                return;
            }

            bool Fits(long tokens)
            {
                var again = Quoter.Quote(Calls.User("Hello", more: $$""","max_tokens":{{tokens}},"n":{{choices}}"""), model, EstimateMethod.Counted);
                return new Amounts(again.Input.Upper, again.Output.Upper, again.Upper).In(dimension) <= free;
            }

            Assert.True(bound is null || Fits(bound.Value));
            Assert.False(Fits((bound ?? 0) + 1));
        });

    private static LimitDenial Denial(Dimension dimension, long free)
    {
        var limit = dimension switch
        {
            Dimension.ConcurrentCalls => Limit.ConcurrentCalls((int)free),
            Dimension.Requests => Limit.Requests(free).PerDay(),
            Dimension.Tokens => Limit.Tokens(free).PerDay(),
            Dimension.InputTokens => Limit.InputTokens(free).PerDay(),
            Dimension.OutputTokens => Limit.OutputTokens(free).PerDay(),
            _ => Limit.Dollars(new NanoUsd(free).Dollars).PerDay(),
        };
        return new LimitDenial(limit, free + 1, 0, 0, null);
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
