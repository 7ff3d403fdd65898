using System.Globalization;
using System.Text.Json;
using SafeLlm.Cli.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Tests.Anomalies;

public sealed class AnomaliesCommandTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2027, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-anomalies-").FullName;

    [Fact]
    public async Task Journal_AsJsonLines_IsJudgedAsTheVerifierWould()
    {
        var path = await FileAsync([.. Spike("k1"), Line(Start.AddDays(2).AddMinutes(1), "calm")]);

        var run = await RunAsync("--journal", path, "--json");

        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((0, 61, 2), (run.Exit, report.GetProperty("calls").GetInt32(), report.GetProperty("keys").GetInt32()));
        var found = Assert.Single(report.GetProperty("anomalies").EnumerateArray());
        Assert.Equal(("k1", "request_spike", "high", "freeze"), (Text(found, "key"), Text(found, "kind"), Text(found, "severity"), Text(found, "action")));
        Assert.Equal((51, 10, 50), (found.GetProperty("current").GetInt32(), found.GetProperty("baseline").GetInt32(), found.GetProperty("threshold").GetInt32()));
        Assert.False(found.GetProperty("isWarmingUp").GetBoolean());
    }

    [Fact]
    public async Task Journal_ForPeople_IsATableThatMovesNothing()
    {
        var path = await FileAsync([.. Spike("k\\u001b[31m-red")]);

        var run = await RunAsync("--journal", path);

        Assert.Equal(0, run.Exit);
        Assert.Contains("60 calls of 1 keys, 1 anomalies", run.Output, StringComparison.Ordinal);
        Assert.Contains("request_spike: 51 requests", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Journal_OfAStore_IsReadByEitherOption()
    {
        var store = Path.Combine(folder, "safellm.db");
        using (var stores = SqliteStores.Open(store, TimeProvider.System, new SqliteStoreOptions { JournalKeyVariable = null }))
        {
            for (var i = 0; i < 60; i++)
            {
                await stores.Journal!.AppendAsync(
                    new JournalEntry { Id = $"c{i}", CallId = $"c{i}", At = i == 0 ? Start : Start.AddDays(2), Outcome = JournalOutcome.Reported, Scopes = ["user:42", "key:k1"], Actual = new Amounts(10, 10, NanoUsd.Zero) },
                    TestContext.Current.CancellationToken);
            }
        }

        foreach (var option in new[] { "--store", "--journal" })
        {
            var run = await RunAsync(option, store, "--json");
            Assert.Equal("key:k1", Text(Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("anomalies").EnumerateArray()), "key"));
        }
    }

    [Fact]
    public async Task Tier_WhoseFifthIsMore_MakesItUsual()
    {
        var path = await FileAsync([.. Spike("k1")]);

        var run = await RunAsync("--journal", path, "--requests-per-minute", "60", "--json");

        Assert.Empty(JsonDocument.Parse(run.Output).RootElement.GetProperty("anomalies").EnumerateArray());
    }

    [Fact]
    public async Task Configuration_HoldsEachKeyToItsOwnTier()
    {
        var path = await FileAsync([.. Merged(Spike("small"), Spike("big"), Spike("other"), Spike("stored"))]);
        var config = await FileAsync("""
            {
              // as the gateway's
              "safellm": {
                "DefaultTier": "PRO",
                "Tiers": {
                  "FREE": { "RequestsPerMinute": 10, "MaxOutputTokens": 500, },
                  "PRO": { "RequestsPerMinute": "60", "MaxOutputTokens": 4000, "DollarsPerDay": 50 },
                },
                "Keys": [ { "KeyId": "small", "Tier": "FREE" }, { "KeyId": "big", "Tier": "pro" } ],
              },
            }
            """);

        var report = await ReportAsync("--journal", path, "--config", config, "--tier-of", "stored=free");

        var found = report.GetProperty("anomalies").EnumerateArray().Select(one => (Text(one, "key"), Text(one, "tier"))).ToArray();
        Assert.Equal([("small", "FREE"), ("stored", "free")], found.Order());
        Assert.Empty(report.GetProperty("keysWithoutTier").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"at":"AT","key":"k","tier":"pro","inputTokens":10,"outputTokens":10,"dollars":0}""")]
    [InlineData("""{"at":"AT","scopes":["user:acme/7","tier:pro","key:k"],"inputTokens":10,"outputTokens":10,"dollars":0}""")]
    public async Task Tier_ThatTheLineTells_ComesBeforeThatOfTheKey(string line)
    {
        var path = await FileAsync([.. Spike("k").Select(one => line.Replace("AT", JsonDocument.Parse(one).RootElement.GetProperty("at").GetString(), StringComparison.Ordinal))]);
        var config = await FileAsync("""{"SafeLlm":{"Tiers":{"FREE":{"RequestsPerMinute":10},"PRO":{"RequestsPerMinute":60}},"Keys":[{"KeyId":"k","Tier":"FREE"}]}}""");

        Assert.Empty((await ReportAsync("--journal", path, "--config", config)).GetProperty("anomalies").EnumerateArray());
    }

    [Fact]
    public async Task Keys_WhoseTierIsNotKnown_AreTold()
    {
        var path = await FileAsync([.. Spike("stored")]);
        var config = await FileAsync("""{"SafeLlm":{"Tiers":{"PRO":{"RequestsPerMinute":60}}}}""");

        Assert.Equal("stored", Assert.Single((await ReportAsync("--journal", path, "--config", config)).GetProperty("keysWithoutTier").EnumerateArray()).GetString());
        Assert.Contains("The tier of 1 keys is not known; name it with --tier-of: stored", (await RunAsync("--journal", path, "--config", config)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_SaysWhenUsageIsAnAnomaly_UnlessTheCommandLineDoes()
    {
        var path = await FileAsync([.. Spike("k")]);
        var config = await FileAsync("""{"SafeLlm":{"Anomalies":{"RequestFactor":10,"OnHigh":"requireOperator","WarmUp":"02:00:00"}}}""");

        Assert.Empty((await ReportAsync("--journal", path, "--config", config)).GetProperty("anomalies").EnumerateArray());
        var found = Assert.Single((await ReportAsync("--journal", path, "--config", config, "--request-factor", "5")).GetProperty("anomalies").EnumerateArray());
        Assert.Equal("requireOperator", Text(found, "action"));
    }

    [Theory]
    [InlineData("has no section SafeLlm", "{}")]
    [InlineData("is no JSON", "{\"SafeLlm\":{},\"SafeLlm\":{}}")]
    [InlineData("SafeLlm:Tiers:PRO:RequestsPerMinute cannot be read", "{\"SafeLlm\":{\"Tiers\":{\"PRO\":{\"RequestsPerMinute\":-1}}}}")]
    [InlineData("\"GOLD\" is no tier; there are PRO", "{\"SafeLlm\":{\"Tiers\":{\"PRO\":{}},\"Keys\":[{\"KeyId\":\"k\",\"Tier\":\"GOLD\"}]}}")]
    [InlineData("SafeLlm:Anomalies:OnHigh cannot be read; give one of Alert", "{\"SafeLlm\":{\"Anomalies\":{\"OnHigh\":\"3\"}}}")]
    public async Task Configuration_ThatIsWrong_IsTold(string told, string config)
    {
        var run = await RunAsync("--journal", await FileAsync([.. Spike("k")]), "--config", await FileAsync(config));

        Assert.Equal(2, run.Exit);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_OutOfOrder_AreRefusedWithTheNumberOfTheFirst()
    {
        var path = await FileAsync([Line(Start, "k"), Line(Start, "k"), Line(Start.AddTicks(-1), "k")]);

        var run = await RunAsync("--journal", path);

        Assert.Equal(2, run.Exit);
        Assert.Contains("Line 3 cannot be read: its at is 2027-06-01T11:59:59.9999999", run.Errors, StringComparison.Ordinal);
        Assert.Contains("oldest first", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Line 1 cannot be read", "{\"at\":\"2027-06-01T00:00:00Z\",\"key\":\"k\"}")]
    [InlineData("Line 1 cannot be read", "no json")]
    [InlineData("Line 1 cannot be read", "{\"at\":\"2027-06-01T00:00:00Z\",\"key\":\"k\",\"inputTokens\":-1,\"outputTokens\":0,\"dollars\":0}")]
    [InlineData("its key is empty", "{\"at\":\"2027-06-01T00:00:00Z\",\"scopes\":[],\"inputTokens\":1,\"outputTokens\":0,\"dollars\":0}")]
    public async Task Line_ThatIsNone_IsTold(string told, string line)
    {
        var run = await RunAsync("--journal", await FileAsync(line));

        Assert.Equal(2, run.Exit);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name one journal")]
    [InlineData("A factor is above 1", "--request-factor", "1", "--journal", "f")]
    [InlineData("give 0 or more", "--requests-per-minute", "-1", "--journal", "f")]
    [InlineData("give KEYID=TIER", "--tier-of", "k", "--journal", "f")]
    [InlineData("none are known: name the verifier's configuration with --config", "--tier-of", "k=PRO", "--journal", "f")]
    public async Task Arguments_ThatAreWrong_AreTold(string told, params string[] args)
    {
        var run = await RunAsync(args);

        Assert.Equal(2, run.Exit);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string> Spike(string key) => Enumerable.Range(0, 60).Select(i => Line(i == 0 ? Start : Start.AddDays(2).AddSeconds(i), key));

    private static string Line(DateTimeOffset at, string key) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"at":"{{at:O}}","key":"{{key}}","inputTokens":10,"outputTokens":10,"dollars":0.0001}""");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static IEnumerable<string> Merged(params IEnumerable<string>[] lines) => lines.SelectMany(one => one).OrderBy(line => JsonDocument.Parse(line).RootElement.GetProperty("at").GetDateTimeOffset());

    private static async Task<JsonElement> ReportAsync(params string[] args)
    {
        var run = await RunAsync([.. args, "--json"]);
        Assert.Equal((0, ""), (run.Exit, run.Errors));
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(AnomaliesCommand.Create(TimeProvider.System), args);

    private async Task<string> FileAsync(params string[] lines)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".jsonl");
        await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);
        return path;
    }
}
