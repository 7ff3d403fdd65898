using SafeLlm;
using SafeLlm.Limits;
using SafeLlm.Sqlite;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class RestartScene : IScene
{
    public string Title => "A budget in one file outlives its process";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("safellm-quickstart-").FullName;
        try
        {
            var file = Path.Combine(folder, "safellm.db");
            var budget = Limit.Dollars(0.00006m).PerDay();
            var (before, refused) = await RunAsync(stage, file, budget, cancellationToken);
            Unless(before.Spent > 0 && !refused, "the first call to be answered and charged");

            // The file was closed in between, as it would be by a restart.
            var (after, refusedLater) = await RunAsync(stage, file, budget, cancellationToken);
            Unless(after.Spent == before.Spent && refusedLater, "the second call to find the budget as the first one left it");

            var journal = SqliteJournal.Verify(file);
            Unless(journal.Finding is null && journal.Lines > 0, "the journal to be whole");
            return
            [
                $"spent {budget.Show(before.Spent)} of {budget.Show(budget.Cap)}; after a restart as much is spent, and the next call no longer fits",
                $"the journal's {journal.Lines} line is whole; \"safellm report --store safellm.db\" shows it",
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(LimitState State, bool IsRefused)> RunAsync(Stage stage, string file, Limit budget, CancellationToken cancellationToken)
    {
        using var stores = SqliteStores.Open(file, TimeProvider.System);
        var llm = stage.Client(options =>
        {
            options.UseStores(_ => stores);
            options.Limits.Add(budget);
        });
        var isRefused = false;
        try
        {
            await llm.GetResponseAsync("gpt-4.1-mini", "What remains?", maxOutputTokens: 28, cancellationToken);
        }
        catch (BudgetExceededException)
        {
            isRefused = true;
        }

        return ((await stores.Ledger.ReadAsync([budget], cancellationToken))[0], isRefused);
    }
}
