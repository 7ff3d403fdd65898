using System.CommandLine;
using SafeLlm.Cli.Terminal;

namespace SafeLlm.Cli.Budgets;

/// <summary><c>safellm budget set</c>: a cap in the place of the application's, or the application's again.</summary>
internal static class SetCommand
{
    public static Command Create()
    {
        var counter = new CounterArguments();
        var (store, journalKey, json) = (StoreArguments.Store(), StoreArguments.JournalKey(), StoreArguments.Json());
        var cap = new Argument<string?>("cap") { Description = "The new cap: dollars such as 20 or 12.50, else a whole number.", Arity = ArgumentArity.ZeroOrOne };
        var clear = new Option<bool>("--clear") { Description = "Give the application's own cap back." };
        var command = new Command("set", "Sets a cap in the place of the application's, from the next call on, in every process.")
        {
            cap, store, counter.Scope, counter.Of, counter.Window, clear, journalKey, json,
        };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var (amount, isCleared) = (parsed.GetValue(cap), parsed.GetValue(clear));
            if (amount is null != isCleared) throw new ArgumentException("Give a cap, or --clear.");
            var limit = counter.Read(parsed, amount);
            using var change = StoreSource.Operator(parsed.GetRequiredValue(store), TimeProvider.System, parsed.GetValue(journalKey));
            var output = parsed.InvocationConfiguration.Output;
            if (!isCleared)
            {
                await change.SetCapAsync(limit, cancellation);
                if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, BudgetJson.Change(limit, true, "cap", limit.Cap));
                else await output.WriteLineAsync($"The cap is now {SafeText.Of(limit.ToString())}.");
                return 0;
            }

            var cleared = await change.ClearCapAsync(limit, cancellation);
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, BudgetJson.Change(limit, cleared, "cap", null));
            else await output.WriteLineAsync(cleared ? $"{SafeText.Of(limit.CounterName)} has the application's cap again." : $"No operator had set a cap of {SafeText.Of(limit.CounterName)}.");
            return 0;
        }));
        return command;
    }
}
