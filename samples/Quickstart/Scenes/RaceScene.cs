using SafeLlm;
using SafeLlm.Limits;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class RaceScene : IScene
{
    private const int Callers = 50;

    public string Title => "A budget runs out while 50 calls race for it";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var budget = Limit.Dollars(0.001m).PerDay().For("app:race");
        var llm = stage.Client(options => options.Limits.Add(budget));

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(stage, budget, done.Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(llm, cancellationToken)));
        await done.CancelAsync();
        var (highest, looks) = await watch;

        var answered = outcomes.Count(refused => refused is null);
        var after = 0;
        BudgetExceededException? refusal;
        while ((refusal = await CallAsync(llm, cancellationToken)) is null) after++;
        var state = (await stage.ClientStores.Ledger.ReadAsync([budget], cancellationToken))[0];
        Unless(answered is > 0 and < Callers, "some calls to be answered and some to be refused");
        Unless(highest <= budget.Cap && state.Spent <= budget.Cap, "settled + held never to pass the cap");
        Unless(state.Spent == stage.Provider.BilledTotal.Value, "what is settled to be what the provider bills");

        var denial = refusal.Denials[0];
        return
        [
            $"{answered} answered, {Callers - answered} refused; in {looks:N0} looks at most {budget.Show(highest)} of {budget.Show(budget.Cap)} were settled + held",
            $"{after} more fit one by one; then a refusal says: spent {budget.Show(denial.Spent)}, held {budget.Show(denial.Held)}, cap {budget.Show(budget.Cap)}, room at {refusal.RoomAt:u}, largest bound that would fit {(refusal.LargestOutputBound is { } bound ? $"{bound:N0} tokens" : "none")}",
        ];
    }

    private static async Task<BudgetExceededException?> CallAsync(SafeLlmClient llm, CancellationToken cancellationToken)
    {
        try
        {
            await llm.GetResponseAsync("gpt-4.1-mini", "Who gets the last dollar?", maxOutputTokens: 28, cancellationToken);
            return null;
        }
        catch (BudgetExceededException refused)
        {
            return refused;
        }
    }

    // Looks at the counter as often as it can while the calls race.
    private static async Task<(long Highest, int Looks)> WatchAsync(Stage stage, Limit budget, CancellationToken cancellationToken)
    {
        var highest = 0L;
        var looks = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var state = (await stage.ClientStores.Ledger.ReadAsync([budget], CancellationToken.None))[0];
            highest = Math.Max(highest, state.Spent + state.Held);
            looks++;
            await Task.Yield();
        }

        return (highest, looks);
    }
}
