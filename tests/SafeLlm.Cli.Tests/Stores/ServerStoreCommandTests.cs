using System.CommandLine;
using SafeLlm.Cli.Budgets;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Reports;
using SafeLlm.Cli.Terminal;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Redis;
using SafeLlm.Redis.Tests;

namespace SafeLlm.Cli.Tests.Stores;

/// <summary>What takes a store file takes a ledger on a server, too.</summary>
public sealed class ServerStoreCommandTests : IAsyncLifetime
{
    private static readonly Limit Daily = Limit.Dollars(10m).PerDay();
    private RedisProcess? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Store => FormattableString.Invariant($"redis://127.0.0.1:{server!.Port}/shop");

    public async ValueTask InitializeAsync()
    {
        if (RedisProcess.Program is not null) server = await RedisProcess.StartAsync();
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Budget_OfALedgerOnAServer_IsShownSetAndReset()
    {
        Assert.SkipWhen(server is null, "redis-server is not installed.");
        using var stores = RedisStores.Open(StoreSource.ServerOptions(Store), TimeProvider.System);
        await HoldAsync(stores, "a", 3m);
        await stores.Ledger.SettleAsync("a", new Amounts(1, 0, NanoUsd.FromDollars(1.75m)), Cancellation);
        await HoldAsync(stores, "b", 2m);

        var shown = await RunAsync(BudgetCommand.Create(), "show");
        Assert.Equal((0, ""), (shown.Exit, shown.Errors));
        foreach (var amount in new[] { "$10.00", "$1.75", "$2.00", "$6.25" }) Assert.Contains(amount, shown.Output, StringComparison.Ordinal);
        Assert.Contains("$2.00", (await RunAsync(BudgetCommand.Create(), "holds")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(BudgetCommand.Create(), "set", "3.75", "--scope", "app", "--of", "dollars", "--window", "day@UTC")).Exit);
        Assert.Equal(HoldOutcome.Denied, (await TryAsync(stores, "c", 0.01m)).Outcome);
        Assert.Equal(0, (await RunAsync(BudgetCommand.Create(), "reset", "--scope", "app", "--of", "dollars", "--window", "day@UTC")).Exit);
        Assert.Equal(HoldOutcome.Held, (await TryAsync(stores, "d", 1.75m)).Outcome);
        Assert.Equal(0, (await RunAsync(BudgetCommand.Create(), "set", "--clear", "--scope", "app", "--of", "dollars", "--window", "day@UTC")).Exit);
        Assert.Equal(HoldOutcome.Held, (await TryAsync(stores, "e", 5m)).Outcome);
        Assert.Contains("budget set dollars|day@UTC|app $3.75", (await RunAsync(ReportCommand.Create(TimeProvider.System))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_OfALedgerOnAServer_AreIssuedFollowedAndRevoked()
    {
        Assert.SkipWhen(server is null, "redis-server is not installed.");
        var issued = await RunAsync(KeysCommand.Create(), "new", "shop", "--alg", "ecdsa-p256-sha256", "--print", "--client", "acme");
        Assert.Equal(0, issued.Exit);
        Assert.Equal(0, (await RunAsync(KeysCommand.Create(), "rotate", "shop", "shop.2", "--print")).Exit);
        var listed = await RunAsync(KeysCommand.Create(), "list");
        Assert.Equal(2, listed.Lines.Count);
        Assert.All(listed.Lines, line => Assert.Contains("acme", line, StringComparison.Ordinal));

        Assert.Equal(0, (await RunAsync(KeysCommand.Create(), "revoke", "shop")).Exit);
        Assert.Equal(2, (await RunAsync(KeysCommand.Create(), "revoke", "no-such-key")).Exit);
        Assert.Contains("revoked", (await RunAsync(KeysCommand.Create(), "list")).Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_OfAServerThatIsDown_AreASentence()
    {
        Assert.SkipWhen(server is null, "redis-server is not installed.");
        await server.KillAsync();

        var run = await RunAsync(KeysCommand.Create(), "list");

        Assert.Equal(2, run.Exit);
        Assert.Contains("did not answer", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WithoutAName_IsASentence()
    {
        var run = await CommandRun.OfAsync(BudgetCommand.Create(), "show", "--store", "redis://");

        Assert.Equal(2, run.Exit);
        Assert.Contains("Write redis://host:port/ledger", run.Errors, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(Command command, params string[] args) => CommandRun.OfAsync(command, [.. args, "--store", Store]);

    private static async Task<HoldResult> TryAsync(SafeLlmStores stores, string id, decimal dollars) =>
        await stores.Ledger.HoldAsync(new HoldRequest(id, [Daily], new Amounts(1, 0, NanoUsd.FromDollars(dollars)), TimeSpan.FromHours(1)), Cancellation);

    private static async Task HoldAsync(SafeLlmStores stores, string id, decimal dollars) => Assert.Equal(HoldOutcome.Held, (await TryAsync(stores, id, dollars)).Outcome);
}
