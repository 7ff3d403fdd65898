using System.CommandLine;
using SafeLlm.Cli.Terminal;

namespace SafeLlm.Cli.Budgets;

/// <summary><c>safellm budget reset</c>: forgets what is spent of one limit.</summary>
internal static class ResetCommand
{
    public static Command Create()
    {
        var counter = new CounterArguments();
        var (store, journalKey, json) = (StoreArguments.Store(), StoreArguments.JournalKey(), StoreArguments.Json());
        var command = new Command("reset", "Forgets what is spent of one limit in its present window. What is held stays held.")
        {
            store, counter.Scope, counter.Of, counter.Window, journalKey, json,
        };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var limit = counter.Read(parsed);
            using var change = StoreSource.Operator(parsed.GetRequiredValue(store), TimeProvider.System, parsed.GetValue(journalKey));
            var spent = await change.ResetAsync(limit, cancellation);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, BudgetJson.Change(limit, spent is not null, "spent", spent));
            else await output.WriteLineAsync(spent is { } amount
                ? $"{SafeText.Of(limit.CounterName)}: {limit.Show(amount)} were spent; 0 are now."
                : $"Nothing is counted under {SafeText.Of(limit.CounterName)}.");
            return spent is null ? 1 : 0;
        }));
        return command;
    }
}
