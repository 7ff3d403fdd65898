using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Tests.Stores;

public sealed class BudgetCommandTests
{
    [Fact]
    public async Task Show_OfAStore_TellsSpentHeldAndFree()
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, output, errors) = scene.Run("budget", "show");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("day@UTC", output, StringComparison.Ordinal);
        var line = output.Split('\n').Single(text => text.Contains("day@UTC", StringComparison.Ordinal));
        foreach (var amount in new[] { "app", "$10.00", "$1.75", "$2.00", "$6.25" }) Assert.Contains(amount, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_AsJson_TellsDollarsAsDecimals()
    {
        using var scene = await new StoreScene().FillAsync();

        var budget = JsonDocument.Parse(scene.Run("budget", "show", "--json", "--scope", "app").Output).RootElement.EnumerateArray().Single();

        Assert.Equal(("app", "dollars", "day@UTC"), (budget.GetProperty("scope").GetString(), budget.GetProperty("of").GetString(), budget.GetProperty("window").GetString()));
        Assert.Equal((10m, 1.75m, 2m, 6.25m), (budget.GetProperty("cap").GetDecimal(), budget.GetProperty("spent").GetDecimal(), budget.GetProperty("held").GetDecimal(), budget.GetProperty("free").GetDecimal()));
        Assert.True(budget.GetProperty("ends").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Show_OfALimitInAZoneThatIsNotKnownHere_TellsThatInsteadOfZero()
    {
        using var scene = await new StoreScene().FillAsync();
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={scene.Store};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE counters SET window = 'day@No/Such-Zone' WHERE scope = 'app'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        var (exit, output, errors) = scene.Run("budget", "show");

        Assert.Equal((0, ""), (exit, errors));
        var line = output.Split('\n').First(text => text.Contains("day@No/Such-Zone", StringComparison.Ordinal));
        Assert.Equal(3, line.Count(letter => letter == '?'));
        Assert.Contains("$10.00", line, StringComparison.Ordinal);
        Assert.Contains("not known here", output, StringComparison.Ordinal);
        var budget = JsonDocument.Parse(scene.Run("budget", "show", "--json", "--scope", "app").Output).RootElement.EnumerateArray().Single();
        Assert.Equal(JsonValueKind.Null, budget.GetProperty("spent").ValueKind);
        Assert.Contains("day@No/Such-Zone", budget.GetProperty("fault").GetString(), StringComparison.Ordinal);

        // Nobody here can say what it counts, so nothing of it is closed either.
        Assert.Equal(0, scene.Run("budget", "set", "1", "--scope", "user:new", "--of", "requests", "--window", "hour@UTC").Exit);
        Assert.Contains("open", scene.Run("budget", "holds").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_ACap_CountsFromTheNextHoldOnAndIsInTheJournal()
    {
        using var scene = await new StoreScene().FillAsync();
        using var ledger = new SqliteLedger(scene.Store, TimeProvider.System);

        Assert.Equal(0, scene.Run("budget", "set", "3.75", "--scope", "app", "--of", "dollars", "--window", "day@UTC").Exit);

        var denied = await ledger.HoldAsync(Hold("x", 0.01m), TestContext.Current.CancellationToken);
        Assert.Equal(NanoUsd.FromDollars(3.75m).Value, Assert.Single(denied.Denials).Limit.Cap);
        Assert.Contains("$3.75 *", scene.Run("budget", "show").Output, StringComparison.Ordinal);
        Assert.Contains("budget set dollars|day@UTC|app $3.75", scene.Run("report").Output, StringComparison.Ordinal);

        Assert.Equal(0, scene.Run("budget", "set", "--clear", "--scope", "app", "--of", "dollars", "--window", "day@UTC").Exit);

        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(Hold("y", 0.01m), TestContext.Current.CancellationToken)).Outcome);
        Assert.Null(SqliteJournal.Verify(scene.Store, keyVariable: null).Finding);
    }

    [Fact]
    public async Task Set_ACapOfSomebodyWhoHasNotCalledYet_CountsWhenTheyDo()
    {
        using var scene = await new StoreScene().FillAsync();
        var limit = Limit.Requests(100).PerHour().For("user:new");

        scene.Run("budget", "set", "1", "--scope", "user:new", "--of", "requests", "--window", limit.Window!.Name);

        using var ledger = new SqliteLedger(scene.Store, TimeProvider.System);
        var request = new HoldRequest("n1", [limit], new Amounts(0, 0, default), TimeSpan.FromMinutes(1));
        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(request, TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(HoldOutcome.Denied, (await ledger.HoldAsync(request with { OperationId = "n2" }, TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task Reset_OfALimit_ForgetsWhatIsSpentAndKeepsWhatIsHeld()
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, output, _) = scene.Run("budget", "reset", "--scope", "app", "--of", "dollars", "--window", "day@UTC");

        Assert.Equal(0, exit);
        Assert.Contains("$1.75 were spent", output, StringComparison.Ordinal);
        using var ledger = new SqliteLedger(scene.Store, TimeProvider.System);
        var state = (await ledger.ReadAsync([StoreScene.Daily], TestContext.Current.CancellationToken))[0];
        Assert.Equal((0, NanoUsd.FromDollars(2m).Value), (state.Spent, state.Held));
    }

    [Fact]
    public async Task Changes_AsJson_TellTheCounterAndWhatTheyCameTo()
    {
        using var scene = await new StoreScene().FillAsync();
        string[] counter = ["--scope", "app", "--of", "dollars", "--window", "day@UTC", "--json"];

        var set = Change("set", "3.75");
        var cleared = Change("set", "--clear");
        var clearedAgain = Change("set", "--clear");
        var reset = Change("reset");

        Assert.Equal(("app", "dollars", "day@UTC"), (set.GetProperty("scope").GetString(), set.GetProperty("of").GetString(), set.GetProperty("window").GetString()));
        Assert.Equal((true, 3.75m), (set.GetProperty("changed").GetBoolean(), set.GetProperty("cap").GetDecimal()));
        Assert.Equal((true, JsonValueKind.Null), (cleared.GetProperty("changed").GetBoolean(), cleared.GetProperty("cap").ValueKind));
        Assert.False(clearedAgain.GetProperty("changed").GetBoolean());
        Assert.Equal((true, 1.75m), (reset.GetProperty("changed").GetBoolean(), reset.GetProperty("spent").GetDecimal()));

        JsonElement Change(params string[] what) => JsonDocument.Parse(scene.Run(["budget", .. what, .. counter]).Output).RootElement;
    }

    [Fact]
    public async Task Holds_OfAStore_TellWhatIsUnderWay()
    {
        using var scene = await new StoreScene().FillAsync();

        var output = scene.Run("budget", "holds").Output;
        var hold = JsonDocument.Parse(scene.Run("budget", "holds", "--json").Output).RootElement.EnumerateArray().Single();

        Assert.Contains("$2.00", output, StringComparison.Ordinal);
        Assert.Equal("open \u001b[2J", hold.GetProperty("id").GetString());
        Assert.Equal(2m, hold.GetProperty("dollars").GetDecimal());
        Assert.Equal(["app", StoreScene.HostileUser], hold.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("show", "--json")]
    [InlineData("holds")]
    [InlineData("holds", "--json")]
    [InlineData("reset", "--scope", "user:<script>alert(1)</script>", "--of", "tokens", "--window", "month@UTC")]
    [InlineData("reset", "--scope", "nobody\u001b[2J", "--of", "tokens", "--window", "month@UTC")]
    public async Task Output_OfNamesThatMeanHarm_MovesNothingOnTheTerminal(params string[] args)
    {
        using var scene = await new StoreScene().FillAsync();

        var (_, output, errors) = scene.Run(["budget", .. args]);

        HostileText.AssertNone(output);
        HostileText.AssertNone(errors);
    }

    [Theory]
    [InlineData("is not counted", "set", "5", "--scope", "app", "--of", "donuts", "--window", "day@UTC")]
    [InlineData("is no window", "set", "5", "--scope", "app", "--of", "tokens", "--window", "fortnight@UTC")]
    [InlineData("needs a window", "set", "5", "--scope", "app", "--of", "tokens")]
    [InlineData("no amount of dollars", "set", "five", "--scope", "app", "--of", "dollars", "--window", "day@UTC")]
    [InlineData("no whole number", "set", "-5", "--scope", "app", "--of", "tokens", "--window", "day@UTC")]
    [InlineData("Give a cap, or --clear", "set", "--scope", "app", "--of", "tokens", "--window", "day@UTC")]
    public async Task Arguments_ThatAreWrong_AreTold(string told, params string[] args)
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, _, errors) = scene.Run(["budget", .. args]);

        Assert.NotEqual(0, exit);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("holds")]
    [InlineData("set", "5", "--scope", "app", "--of", "tokens", "--window", "day@UTC")]
    public void Store_ThatIsNotThere_IsToldAndNotMade(params string[] args)
    {
        using var scene = new StoreScene();

        var (exit, _, errors) = scene.Run(["budget", .. args]);

        Assert.Equal(2, exit);
        Assert.Contains($"There is no store {scene.Store}", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(scene.Store));
    }

    private static HoldRequest Hold(string id, decimal dollars) =>
        new(id, [StoreScene.Daily], new Amounts(1, 1, NanoUsd.FromDollars(dollars)), TimeSpan.FromMinutes(1));
}
