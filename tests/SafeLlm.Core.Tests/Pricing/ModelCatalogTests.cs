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
    public void With_NegativePrice_IsRefused() => Assert.Throws<ArgumentException>(() => ModelCatalog.Embedded.With([new ModelPrice("x", -1, 1)]));
}
