using System.CommandLine;
using SafeLlm.Cli.Budgets;
using SafeLlm.Cli.Journals;
using SafeLlm.Cli.Reports;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite;
using SafeLlm.Tokens;

namespace SafeLlm.Cli.Tests.Stores;

/// <summary>A store file with some calls in it, two of them by people whose names mean harm, and the commands to run on it.</summary>
internal sealed class StoreScene : IDisposable
{
    public const string HostileUser = "user:<script>alert(1)</script>";
    public const string HostileModel = "gpt\u001b[31m-red\u001b]0;owned\u0007\u202e";
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-cli-").FullName;

    public StoreScene(SqliteStoreOptions? options = null) => Options = options ?? new SqliteStoreOptions { JournalKeyVariable = null };

    public SqliteStoreOptions Options { get; }

    public string Store => Path("safellm.db");

    public static Limit Daily { get; } = Limit.Dollars(10m).PerDay();

    public static Limit OfHostile { get; } = Limit.Tokens(5_000).PerMonth().For(HostileUser);

    public string Path(string name) => System.IO.Path.Combine(folder, name);

    public async Task<StoreScene> FillAsync()
    {
        using var stores = SqliteStores.Open(Store, TimeProvider.System, Options);
        await CallAsync(stores, "a", "gpt-4.1-mini", 1.5m);
        await CallAsync(stores, "b", HostileModel, 0.25m);
        await stores.Ledger.HoldAsync(new HoldRequest("open \u001b[2J", [Daily, OfHostile], new Amounts(100, 50, NanoUsd.FromDollars(2m)), TimeSpan.FromHours(1)), CancellationToken.None);
        return this;
    }

    public (int Exit, string Output, string Errors) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var root = new RootCommand { BudgetCommand.Create(), ReportCommand.Create(TimeProvider.System), JournalCommand.Create() };
        var exit = root.Parse([.. args, "--store", Store]).Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return (exit, output.ToString(), errors.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task CallAsync(SafeLlmStores stores, string id, string model, decimal dollars)
    {
        var (held, used) = (new Amounts(1_000, 500, NanoUsd.FromDollars(dollars * 2)), new Amounts(900, 100, NanoUsd.FromDollars(dollars)));
        await stores.Ledger.HoldAsync(new HoldRequest(id, [Daily, OfHostile], held, TimeSpan.FromMinutes(5)), CancellationToken.None);
        await stores.Ledger.SettleAsync(id, used, CancellationToken.None);
        await stores.Journal!.AppendAsync(
            new JournalEntry
            {
                Id = id,
                CallId = "call-" + id,
                At = TimeProvider.System.GetUtcNow(),
                Outcome = JournalOutcome.Reported,
                Scopes = ["app", HostileUser],
                Model = model,
                Quoted = held,
                Expected = NanoUsd.FromDollars(dollars * 1.1m),
                Basis = EstimateBasis.Bounded,
                Actual = used,
            },
            CancellationToken.None);
    }
}
