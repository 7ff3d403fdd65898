using System.Security.Cryptography;
using System.Text;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Pricing;

public sealed class ModelCatalogTests
{
    [Theory]
    [InlineData("gpt-4o-mini", "0.15", "0.6")]
    [InlineData("gpt-4o-mini-2024-07-18", "0.15", "0.6")]
    [InlineData("gpt-4o", "2.5", "10")]
    [InlineData("openai/gpt-4o", "2.5", "10")]
    [InlineData("gpt-4o-2024-05-13", "5", "15")]
    [InlineData("gpt-4-0613", "30", "60")]
    [InlineData("claude-sonnet-4-5-20250929", "3", "15")]
    [InlineData("claude-3-opus-latest", "15", "75")]
    [InlineData("models/gemini-2.5-flash", "0.3", "2.5")]
    [InlineData("ft:gpt-4o-2024-08-06:acme::abc", "3.75", "15")]
    public void TryFind_KnownName_GivesItsPrice(string name, string input, string output)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(name, out var price));
        Assert.Equal((decimal.Parse(input, System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(output, System.Globalization.CultureInfo.InvariantCulture)), (price.InputPerMillion, price.OutputPerMillion));
    }

    [Theory]
    [InlineData("gpt-5.2-proo")]
    [InlineData("claude-sonet-4-5")]
    [InlineData("gpt-4o-min")]
    [InlineData("gpt-4o-mini-x")]
    [InlineData("gpt-4-99999")]
    [InlineData("this-model-does-not-exist")]
    [InlineData("")]
    public void TryFind_UnknownName_IsUnknown(string name) => Assert.False(ModelCatalog.Embedded.TryFind(name, out _));

    [Fact]
    public void TryFind_UnknownDateOfAKnownModel_IsNeverCheaperThanItsSiblings()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o-2031-01-01", out var price));
        Assert.Equal((5m, 15m), (price.InputPerMillion, price.OutputPerMillion));
    }

    [Fact]
    public void Models_AllOfThem_HavePricesWithinReason()
    {
        foreach (var model in ModelCatalog.Embedded.Models)
        {
            Assert.False(string.IsNullOrWhiteSpace(model.Model));
            Assert.True(model.InputPerMillion is (>= 0.001m and <= 1_000m) || model.InputPerMillion == 0 && model.Model.EndsWith(":free", StringComparison.Ordinal), model.Model);
            Assert.True(model.OutputPerMillion is (>= 0.001m and <= 1_000m) || model.OutputPerMillion == 0 && (model.IsEmbedding || model.Model.EndsWith(":free", StringComparison.Ordinal)), model.Model);
        }
    }

    [Fact]
    public void Models_EveryName_IsFoundAndNoCheaper()
    {
        foreach (var model in ModelCatalog.Embedded.Models)
        {
            Assert.True(ModelCatalog.Embedded.TryFind($"{model.Provider}/{model.Model}", out var price));
            Assert.True(price.InputPerMillion + price.OutputPerMillion >= model.InputPerMillion + model.OutputPerMillion, $"{model.Provider}/{model.Model}");
        }
    }

    [Fact]
    public void Embedded_Hash_IsThatOfItsLines()
    {
        using var reader = new StreamReader(CatalogFile.Open());
        var head = reader.ReadLine()!.Split('\t');
        Assert.Equal(head[2], Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reader.ReadToEnd()))));
        Assert.Equal(ModelCatalog.Embedded.Date, DateOnly.Parse(head[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void With_ModelAndAlias_CountBeforeTheShipped()
    {
        var catalog = ModelCatalog.Embedded.With([new ModelPrice("gpt-4o", 1, 2), new ModelPrice("in-house", 3, 4)], new Dictionary<string, string> { ["my-deployment"] = "in-house" });
        Assert.True(catalog.TryFind("gpt-4o", out var replaced));
        Assert.Equal(1, replaced.InputPerMillion);
        Assert.True(catalog.TryFind("my-deployment", out var mapped));
        Assert.Equal("in-house", mapped.Model);
        Assert.True(ModelCatalog.Embedded.TryFind("gpt-4o", out var shipped));
        Assert.Equal(2.5m, shipped.InputPerMillion);
    }

    [Fact]
    public void With_AliasToNothing_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => ModelCatalog.Embedded.With(aliases: new Dictionary<string, string> { ["prod"] = "gtp-4o" }));
        Assert.Contains("prod", error.Message, StringComparison.Ordinal);
        Assert.Contains("gtp-4o", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_APriceForAnyModel_PricesWhatIsUnknownAndNothingElse()
    {
        var catalog = ModelCatalog.Embedded.With([new ModelPrice(ModelCatalog.AnyModel, 50, 100)]);
        Assert.True(catalog.TryFind("never-heard-of", out var unknown));
        Assert.Equal(("never-heard-of", 50m), (unknown.Model, unknown.InputPerMillion));
        Assert.True(catalog.TryFind("gpt-4o", out var known));
        Assert.Equal(2.5m, known.InputPerMillion);
        Assert.False(catalog.TryFind("", out _));
    }

    [Theory]
    [InlineData("api.anthropic.com", "anthropic")]
    [InlineData("gateway.example", null)]
    public void Dearest_OfAProvider_IsNoLowerThanAnyPriceOfItsModels(string authority, string? provider)
    {
        var dearest = ModelCatalog.Embedded.Dearest("never-heard-of", authority)!;
        Assert.Equal("never-heard-of", dearest.Model);
        foreach (var model in ModelCatalog.Embedded.Models.Where(model => provider is null || model.Provider == provider))
        {
            Assert.True(model.InputPerMillion <= dearest.InputPerMillion && (model.CacheWriteLongPerMillion ?? 0) <= dearest.InputPerMillion && model.OutputPerMillion <= dearest.OutputPerMillion, model.Model);
        }
    }

    [Theory]
    [InlineData("gpt-4o-latest", "gpt-4o")]
    [InlineData("claude-3-5-haiku-latest", "claude-3-5-haiku")]
    [InlineData("claude-sonnet-4-5-20990101", "claude-sonnet-4-5")]
    [InlineData("mistral-large-latest", "mistral-large")]
    [InlineData("gemini-2.5-flash-latest", "gemini-2.5-flash")]
    public void TryFind_Latest_IsNoCheaperThanTheNameOrAnyOfItsDates(string alias, string name)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(alias, out var price));
        foreach (var model in ModelCatalog.Embedded.Models.Where(model => model.Provider == price.Provider && (ModelNames.Undated(model.Model) ?? model.Model) == name && model.Model != alias))
        {
            Assert.True(price.OutputPerMillion >= model.OutputPerMillion || ModelCatalog.Embedded.Models.Any(own => own.Model == alias), $"{alias} costs {price.OutputPerMillion}, {model.Model} {model.OutputPerMillion}");
        }
    }

    [Fact]
    public void Hash_ChangesWithWhatIsAddedStepsIncluded()
    {
        var model = new ModelPrice("x", 1, 2);
        var stepped = model with { Steps = [new PriceStep(PriceKind.Input, SafeLlm.Formats.ServiceTier.Standard, 10, 3)] };
        Assert.Equal(3, new[] { ModelCatalog.Embedded.Hash, ModelCatalog.Embedded.With([model]).Hash, ModelCatalog.Embedded.With([stepped]).Hash }.Distinct().Count());
        Assert.Equal(ModelCatalog.Embedded.With([stepped]).Hash, ModelCatalog.Embedded.With([stepped with { Steps = [.. stepped.Steps] }]).Hash);
    }

    [Fact]
    public void With_NegativePrice_IsRefused() => Assert.Throws<ArgumentException>(() => ModelCatalog.Embedded.With([new ModelPrice("x", -1, 1)]));
}
