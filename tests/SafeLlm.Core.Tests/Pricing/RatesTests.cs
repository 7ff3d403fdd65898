using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class RatesTests
{
    private static readonly ModelPrice Model = new("m", 2m, 10m)
    {
        CachedInputPerMillion = 0.2m,
        CacheWritePerMillion = 2.5m,
        CacheWriteLongPerMillion = 4m,
        ReasoningPerMillion = 12m,
        AudioInputPerMillion = 20m,
        AudioOutputPerMillion = 40m,
        PerCall = 0.01m,
        ContextTokens = 1_000_000,
        Steps =
        [
            new(PriceKind.Input, ServiceTier.Priority, 0, 5m),
            new(PriceKind.Output, ServiceTier.Priority, 0, 20m),
            new(PriceKind.Input, ServiceTier.Flex, 0, 1m),
            new(PriceKind.Input, ServiceTier.Batch, 0, 1m),
            new(PriceKind.Input, ServiceTier.Standard, 200_000, 4m),
            new(PriceKind.Input, ServiceTier.Standard, 500_000, 6m),
        ],
        Factors = new Dictionary<string, decimal> { ["us"] = 1.1m, ["fast"] = 6m },
    };

    [Theory]
    [InlineData(200_000, ServiceTier.Standard, "2")]
    [InlineData(200_001, ServiceTier.Standard, "4")]
    [InlineData(500_001, ServiceTier.Standard, "6")]
    [InlineData(1, ServiceTier.Priority, "5")]
    [InlineData(500_001, ServiceTier.Priority, "6")]
    [InlineData(1, ServiceTier.Flex, "1")]
    [InlineData(200_001, ServiceTier.Flex, "4")]
    [InlineData(1, ServiceTier.Batch, "1")]
    public void Of_InputOfALengthAndTier_IsTheDearestThatMayHold(long input, ServiceTier tier, string price) =>
        Assert.Equal(decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture), new Rates(Model, input, tier).Of(PriceKind.Input));

    [Fact]
    public void Of_AKindWithoutAPrice_IsWhatPlainTokensCost()
    {
        var rates = new Rates(new ModelPrice("m", 3m, 15m) { CacheWritePerMillion = 3.75m }, 1, ServiceTier.Standard);
        Assert.Equal([3m, 15m, 3m, 3.75m, 3.75m, 15m, 3m, 15m], Enum.GetValues<PriceKind>().Select(kind => rates.Of(kind)));
    }

    [Theory]
    [InlineData(PriceKind.Reasoning, ServiceTier.Priority, 1, 20)]
    [InlineData(PriceKind.AudioOutput, ServiceTier.Priority, 1, 40)]
    [InlineData(PriceKind.CacheWrite, ServiceTier.Priority, 1, 5)]
    [InlineData(PriceKind.CacheWrite, ServiceTier.Standard, 500_001, 6)]
    [InlineData(PriceKind.AudioInput, ServiceTier.Standard, 500_001, 20)]
    [InlineData(PriceKind.Reasoning, ServiceTier.Flex, 1, 12)]
    public void Of_AKindWithoutAPriceForTheTierOrTheLength_IsNoLessThanWhatPlainTokensCostThere(PriceKind kind, ServiceTier tier, long input, int price) =>
        Assert.Equal(price, new Rates(Model, input, tier).Of(kind));

    [Fact]
    public void Of_WhatACacheServes_MayCostLessThanPlainTokens() =>
        Assert.Equal(0.2m, new Rates(Model, 500_001, ServiceTier.Priority).Of(PriceKind.CachedInput));

    [Fact]
    public void Of_ACopyWithOtherPrices_IsTheCopysOwn()
    {
        var model = new ModelPrice("m", 3m, 15m);
        Assert.Equal(3m, new Rates(model, 1, ServiceTier.Standard).Of(PriceKind.Input));

        var copy = model with { InputPerMillion = 4m };

        Assert.Equal(4m, new Rates(copy, 1, ServiceTier.Standard).Of(PriceKind.Input));
        Assert.Equal(3m, new Rates(model, 1, ServiceTier.Standard).Of(PriceKind.Input));
        Assert.Equal(new ModelPrice("m", 3m, 15m), model);
        Assert.Equal(new ModelPrice("m", 3m, 15m).GetHashCode(), model.GetHashCode());
    }

    [Fact]
    public void Cost_PartsOfUsage_HaveTheirOwnPrices()
    {
        var usage = new BillableUsage(100, 200, 300, 400) { CacheWriteLong = 100, Reasoning = 50, AudioInput = 10, AudioOutput = 20 };
        Assert.Equal(
            0.01m + (((90 * 2m) + (10 * 20m) + (200 * 0.2m) + (200 * 2.5m) + (100 * 4m) + (330 * 10m) + (50 * 12m) + (20 * 40m)) / 1_000_000m),
            Quoter.Cost(Model, usage).Dollars);
    }

    [Fact]
    public void Cost_PartsLargerThanTheirWhole_CountAsTheWhole() =>
        Assert.Equal(
            Quoter.Cost(Model, new BillableUsage(10, 0, 5, 7) { CacheWriteLong = 5, AudioInput = 10, AudioOutput = 7 }),
            Quoter.Cost(Model, new BillableUsage(10, 0, 5, 7) { CacheWriteLong = 50, Reasoning = 9, AudioInput = 99, AudioOutput = 70 }));

    [Fact]
    public void Quote_UpperEnd_IsNoLowerThanTheCostOfAnyUsageWithinIt()
    {
        var quoter = new Quoter(ModelCatalog.Embedded);
        var facts = Calls.User("Hello", more: ""","max_tokens":100,"service_tier":"priority"}""".TrimEnd('}'));
        var quote = quoter.Quote(facts, Model, EstimateMethod.Bytes);
        foreach (var tier in (ServiceTier[])[ServiceTier.Standard, ServiceTier.Priority])
        {
            Assert.True(quote.Upper >= Quoter.Cost(Model, new BillableUsage(quote.Input.Upper, 0, 0, quote.Output.Upper) { ServiceTier = tier, Reasoning = quote.Output.Upper }));
            Assert.True(quote.Upper >= Quoter.Cost(Model, new BillableUsage(0, 0, quote.Input.Upper, quote.Output.Upper) { ServiceTier = tier, AudioOutput = quote.Output.Upper }));
        }
    }

    [Fact]
    public void TryFind_RequestThatStaysInARegionAndIsServedFast_CostsTheProduct()
    {
        var catalog = ModelCatalog.Embedded.With([Model with { Model = "claude-x" }]);
        var facts = Calls.Read("https://api.anthropic.com/v1/messages", """{"model":"claude-x","max_tokens":1,"inference_geo":"us","speed":"fast","messages":[]}""");
        Assert.True(catalog.TryFind(facts, out var price));
        Assert.Equal((2m * 6.6m, 10m * 6.6m, 4m * 6.6m), (price.InputPerMillion, price.OutputPerMillion, price.Steps[4].PerMillion));
    }

    [Theory]
    [InlineData("[]", "0.15")]
    [InlineData("[\"gpt-4.1-nano\",\"gpt-4o\"]", "2.5")]
    [InlineData("[\"never-heard-of\"]", null)]
    public void TryFind_ModelsThatMayAnswerInstead_CostTheDearestOrNothingIsKnown(string others, string? input)
    {
        var facts = Calls.Read("https://openrouter.ai/api/v1/chat/completions", $$"""{"model":"gpt-4o-mini","models":{{others}},"messages":[]}""");
        Assert.Equal(input is not null, ModelCatalog.Embedded.TryFind(facts, out var price));
        Assert.Equal(input, price?.InputPerMillion.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void TryFind_ModelsThatMayAnswerInstead_CostNoLessThanEachOfThem()
    {
        ModelPrice[] models =
        [
            Model,
            new("input", 9m, 1m) { CachedInputPerMillion = 0.1m, ContextTokens = 2_000_000, MaxOutputTokens = 10, IsReasoning = true },
            new("output", 1m, 11m) { Steps = [new(PriceKind.Output, ServiceTier.Standard, 100_000, 90m), new(PriceKind.CacheWriteLong, ServiceTier.Flex, 0, 7m)], Factors = new Dictionary<string, decimal> { ["us"] = 2m } },
        ];
        var catalog = ModelCatalog.Embedded.With(models);
        foreach (var named in (string[])["""{"model":"m","models":["input","output"]}""", """{"model":"output","models":["m","input"]}"""])
        {
            Assert.True(catalog.TryFind(Calls.Read("https://openrouter.ai/api/v1/chat/completions", named), out var price));
            Assert.Equal((9m, 11m, 0.01m), (price.InputPerMillion, price.OutputPerMillion, price.PerCall));
            Assert.Equal((2_000_000, 10, true, 2m, 6m), (price.ContextTokens, price.MaxOutputTokens, price.IsReasoning, price.Factors["us"], price.Factors["fast"]));
            foreach (var (model, tier, input, kind) in from model in models from tier in Enum.GetValues<ServiceTier>() from input in new long[] { 0, 1, 100_001, 200_001, 500_001 } from kind in Enum.GetValues<PriceKind>() select (model, tier, input, kind))
            {
                Assert.True(new Rates(price, input, tier).Of(kind) >= new Rates(model, input, tier).Of(kind), $"{model.Model} {tier} {input} {kind}");
            }
        }
    }

    [Theory]
    [InlineData("https://api.groq.com/openai/v1/chat/completions", "groq")]
    [InlineData("https://openrouter.ai/api/v1/chat/completions", "openrouter")]
    [InlineData("https://gateway.example/v1/chat/completions", null)]
    public void TryFind_Host_DecidesWhosePriceItIs(string url, string? provider)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(Calls.Read(url, """{"model":"openai/gpt-oss-120b","messages":[]}"""), out var price));
        Assert.True(provider is null || price.Provider == provider);
        Assert.True(ModelCatalog.Embedded.TryFind("openai/gpt-oss-120b", out var anywhere));
        Assert.True(provider is not null || price == anywhere);
    }
}
