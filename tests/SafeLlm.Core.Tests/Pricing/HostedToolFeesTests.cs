using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Pricing;

public sealed class HostedToolFeesTests
{
    private static readonly ResponseReading Whole = new() { IsComplete = true };

    [Fact]
    public void Most_IsEachToolsOwnBoundOrThatOfAllTogether()
    {
        HostedToolFee[] tools = [new("web_search", 0.01m, 3), new("file_search", 0.0025m, 4)];

        Assert.Equal(0.04m, new HostedToolFees(tools, null).Most.Dollars);
        Assert.Equal(0.02m, new HostedToolFees(tools, 2).Most.Dollars);
        Assert.Equal(0.04m, new HostedToolFees(tools, 100).Most.Dollars);
        Assert.Equal(long.MaxValue, new HostedToolFees([new("web_search", 1_000m, long.MaxValue)], null).Most.Value);
    }

    [Fact]
    public void Charge_WhatTheAnswerTells_IsCharged()
    {
        var fees = new HostedToolFees([new("web_search_20250305", 0.01m, 3)], null);

        Assert.Equal(0.01m, fees.Charge(Whole with { WebSearches = 1 }).Dollars);
        Assert.Equal(0m, fees.Charge(Whole with { WebSearches = 0 }).Dollars);
        Assert.Equal(0.05m, fees.Charge(Whole with { WebSearches = 5 }).Dollars);
    }

    [Fact]
    public void Sources_AreHeldWhateverBoundsCallsAndChargedAsTold()
    {
        var fees = new HostedToolFees([new("search_parameters", 0.025m, 20), new("web_fetch", 0.01m, 9)], 1);

        Assert.Equal(0.51m, fees.Most.Dollars);
        Assert.Equal(0.01m + 0.075m, fees.Charge(Whole with { WebSearches = 3 }).Dollars);
        Assert.Equal(0.01m, fees.Charge(Whole with { WebSearches = 0 }).Dollars);
        Assert.Equal(fees.Most, fees.Charge(Whole));
    }

    [Fact]
    public void Charge_WhatTheAnswerDoesNotTellOrMayTellWrongly_StaysAtItsMost()
    {
        var fees = new HostedToolFees([new("web_search", 0.01m, 3)], null);

        Assert.Equal(fees.Most, fees.Charge(null));
        Assert.Equal(fees.Most, fees.Charge(Whole));
        Assert.Equal(fees.Most, fees.Charge(new ResponseReading { WebSearches = 1 }));
        Assert.Equal(fees.Most, fees.Charge(Whole with { FileSearches = 1, CodeRuns = 1 }));
        Assert.Equal(0.01m, new HostedToolFees([new(SearchingModel.Tool, 0.01m, 1)], null).Charge(Whole with { WebSearches = 0 }).Dollars);
    }

    [Fact]
    public void Charge_OfSeveralTools_IsToldOrHeldForEach()
    {
        var fees = new HostedToolFees([new("web_search", 0.01m, 2), new("image_generation", 0.04m, 2), new("file_search", 0.0025m, 2)], 2);

        Assert.Equal(0.08m, fees.Most.Dollars);
        Assert.Equal(0.01m + 0.08m + 0.0025m, fees.Charge(Whole with { WebSearches = 1, FileSearches = 1, CodeRuns = 0 }).Dollars);
    }

    [Fact]
    public void Charge_OfTwoToolsOfAKind_IsOnceAtTheDearer()
    {
        foreach (var prices in ((decimal, decimal)[])[(0.01m, 0.025m), (0.025m, 0.01m), (0.025m, 0.025m)])
        {
            var fees = new HostedToolFees([new("web_search", prices.Item1, 2), new("web_search_preview", prices.Item2, 2)], null);

            Assert.Equal(0.075m, fees.Charge(Whole with { WebSearches = 3 }).Dollars);
        }
    }

    [Fact]
    public void Charge_OfContainer_IsPaidForWhetherOrNotCodeRan()
    {
        var fees = new HostedToolFees([new("code_interpreter", 0.03m, 4)], null);

        Assert.Equal(0.03m, fees.Charge(Whole with { CodeRuns = 0 }).Dollars);
        Assert.Equal(0.06m, fees.Charge(Whole with { CodeRuns = 2 }).Dollars);
        Assert.Equal(0m, new HostedToolFees([new("code_interpreter", 0.03m, 0)], 0).Charge(Whole with { CodeRuns = 0 }).Dollars);
    }

    [Fact]
    public void Quote_WithTools_HasThemInItsUpperEndAndBesideTheLargestBound()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-mini", out var model));
        var (quoter, facts) = (new Quoter(ModelCatalog.Embedded), Calls.User("Hello", more: ""","max_tokens":50"""));
        var plain = quoter.Quote(facts, model, EstimateMethod.Counted);
        var fees = new HostedToolFees([new("web_search", 0.01m, 3)], null);
        var quote = quoter.Quote(facts, model, EstimateMethod.Counted, tools: fees);

        Assert.Null(plain.Tools);
        Assert.Same(fees, quote.Tools);
        Assert.Equal((plain.Lower, plain.Expected, plain.Upper + fees.Most), (quote.Lower, quote.Expected, quote.Upper));
        Assert.Contains("tools that the provider runs may cost $0.03 beside the tokens, which is in the upper end alone", quote.Reasons);
        Assert.Equal(Largest(plain, 1_000_000), Largest(quote, 31_000_000));
        Assert.Null(Largest(quote, 30_000_000));

        long? Largest(Quote of, long free) => Quoter.LargestOutputBound(of, model, 1, [new LimitDenial(Limit.Dollars(1m).PerDay(), 0, 1_000_000_000 - free, 0, null)]);
    }

    [Theory]
    [InlineData("mcp", "gpt-4o", 0d)]
    [InlineData("web_fetch_20250910", "claude-sonnet-4-5", 0d)]
    [InlineData("tool_search_tool_bm25_20251119", "claude-sonnet-4-5", 0d)]
    [InlineData("web_search_20250305", "claude-sonnet-4-5", 0.01d)]
    [InlineData("web_search", "gpt-4.1", null)]
    [InlineData("code_execution_20250522", "claude-sonnet-4-5", null)]
    [InlineData("code_interpreter", "gpt-4.1", null)]
    [InlineData("googleSearch", "gemini-2.5-pro", 0.035d)]
    [InlineData("web_search_options", "gpt-4o-search-preview", 0d)]
    [InlineData("googleMaps", "gemini-2.5-pro", null)]
    [InlineData("search_parameters", "grok-3", 0.025d)]
    [InlineData("search_parameters", "x-ai/grok-4", 0.025d)]
    [InlineData("search_parameters", "gpt-4o", null)]
    public void KnownPrice_IsFreeOfTheCatalogOrNotKnown(string tool, string model, double? dollars)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(model, out var price));
        Assert.Equal((decimal?)dollars, KnownToolPrices.Find(tool, price));
    }

    [Theory]
    [InlineData("googleSearch", "gemini-2.5-pro", 1L)]
    [InlineData("google_search", "gemini-2.0-flash", 1L)]
    [InlineData("googleSearch", "gemini-3-flash-preview", null)]
    [InlineData("web_search", "gpt-4.1", null)]
    public void KnownMostUses_IsGooglesRule(string tool, string model, long? most)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(model, out var price));
        Assert.Equal(most, KnownToolPrices.MostUses(tool, price));
    }
}
