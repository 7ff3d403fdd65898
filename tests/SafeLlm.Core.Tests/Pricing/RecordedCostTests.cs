using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Formats;

namespace SafeLlm.Tests.Pricing;

/// <summary>The cost of every recorded response, against the arithmetic done here by itself: from the catalog's lines, in decimals.</summary>
public sealed class RecordedCostTests(ITestOutputHelper output)
{
    private static readonly Lazy<ILookup<(string Provider, string Name), Dictionary<string, decimal>>> Lines = new(ReadLines);

    [Fact]
    public void Cost_OfEveryRecordedResponseWithUsageAndAKnownModel_IsTheCatalogsArithmetic()
    {
        int priced = 0, unknown = 0, several = 0;
        foreach (var recording in Recording.All.Where(recording => recording.HasUsage))
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: { } facts })
            {
                continue;
            }

            if (!ModelCatalog.Embedded.TryFind(facts, out var price))
            {
                unknown++;
                continue;
            }

            var meter = facts.Format.CreateMeter(facts, recording.Head);
            meter.Append(recording.Response);
            if (meter.Complete() is not { Billable: { } usage } reading)
            {
                continue;
            }

            Assert.True(reading.Usage is not null, recording.Id);
            var cost = Quoter.Cost(price, usage);
            var arithmetic = decimal.Ceiling(Arithmetic(price, usage) * 1_000_000_000m);
            // A name that stands for several models, or for one of several providers, has the dearest of each of their prices.
            var isOne = Providers.Of(facts.Authority) is { } provider && Lines.Value.Contains((provider, facts.Model!));
            if (!isOne && cost.Value > arithmetic) several++;
            else Assert.Equal($"{recording.Id} {arithmetic}", $"{recording.Id} {cost.Value}");
            Assert.True(cost > NanoUsd.Zero || usage is { Input: 0, Output: 0 } || price.InputPerMillion == 0, recording.Id);
            priced++;
        }

        output.WriteLine($"{priced} responses are priced; {unknown} calls are of models that the catalog does not have; {several} are of names that stand for several");
        Assert.InRange(priced, 1_700, 2_320);
        Assert.InRange(unknown, 0, priced / 10);
        Assert.InRange(several, 0, priced / 10);
    }

    /// <summary>Dollars, from the line of the catalog.</summary>
    private static decimal Arithmetic(ModelPrice price, BillableUsage usage)
    {
        var line = Lines.Value[(price.Provider!, price.Model)].Single();
        var length = usage.Input + usage.CacheRead + usage.CacheWrite;
        var tier = usage.ServiceTier == ServiceTier.Standard ? "" : $":{usage.ServiceTier.ToString().ToLowerInvariant()}";

        decimal? Find(string kind)
        {
            decimal? found = line.TryGetValue(kind, out var value) ? value : null;
            foreach (var (key, dollars) in line.OrderBy(item => item.Key.Length).ThenBy(item => item.Key, StringComparer.Ordinal))
            {
                if (key.StartsWith($"{kind}@", StringComparison.Ordinal) && !key.Contains(':') && length > long.Parse(key[(kind.Length + 1)..], CultureInfo.InvariantCulture))
                {
                    found = dollars;
                }
            }

            return tier.Length > 0 && length <= 100_000 && line.TryGetValue(kind + tier, out var tiered) ? tiered : found;
        }

        decimal Price(params string[] kinds) => kinds.Select(Find).FirstOrDefault(found => found is not null) ?? 0;

        return ((usage.Input - usage.AudioInput) * Price("in")
            + (usage.AudioInput * Price("audio-in", "in"))
            + (usage.CacheRead * Price("cr", "in"))
            + ((usage.CacheWrite - usage.CacheWriteLong) * Price("cw", "in"))
            + (usage.CacheWriteLong * Price("cw1h", "cw", "in"))
            + ((usage.Output - usage.Reasoning - usage.AudioOutput) * Price("out"))
            + (usage.Reasoning * Price("reasoning", "out"))
            + (usage.AudioOutput * Price("audio-out", "out"))) / 1_000_000m
            + (line.TryGetValue("per-request", out var call) ? call : 0);
    }

    private static ILookup<(string, string), Dictionary<string, decimal>> ReadLines()
    {
        using var reader = new StreamReader(CatalogFile.Open());
        return reader.ReadToEnd().Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'))
            .SelectMany(columns => columns[1].Split(' ').Select(name => (Key: (columns[0], name), Prices: columns[5].Split(' ').ToDictionary(item => item.Split('=')[0], item => decimal.Parse(item.Split('=')[1], CultureInfo.InvariantCulture), StringComparer.Ordinal))))
            .ToLookup(line => line.Key, line => line.Prices);
    }
}
