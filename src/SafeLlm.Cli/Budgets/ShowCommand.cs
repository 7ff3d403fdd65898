using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Cli.Terminal;
using SafeLlm.Limits;
using Spectre.Console;

namespace SafeLlm.Cli.Budgets;

/// <summary><c>safellm budget show</c>: every counter with its cap, and what is spent, held and free.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var (store, json) = (StoreArguments.Store(), StoreArguments.Json());
        var scope = new Option<string?>("--scope") { Description = "Only this scope, such as user:42." };
        var command = new Command("show", "Shows what is spent, held and free of every limit.") { store, scope, json };
        command.SetAction((parsed, cancellation) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return StoreCall.RunAsync(errors, async () =>
            {
                using var view = StoreSource.View(parsed.GetRequiredValue(store), TimeProvider.System);
                var only = parsed.GetValue(scope);
                var budgets = (await view.ReadCountersAsync(cancellation)).Where(budget => only is null || string.Equals(budget.Scope, only, StringComparison.Ordinal)).ToList();
                if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, writer => Write(writer, budgets));
                else Screen.On(output).Write(Draw(budgets));
                return 0;
            });
        });
        return command;
    }

    private static Table Draw(List<CounterState> budgets)
    {
        var table = Screen.Table("scope", "window", ">cap", ">spent", ">held", ">free", "ends");
        foreach (var budget in budgets)
        {
            table.Add(
                budget.Scope,
                budget.Window ?? "at once",
                budget.Show(budget.Cap) + (budget.IsSetByOperator ? " *" : ""),
                Show(budget, budget.Spent),
                Show(budget, budget.Held),
                Show(budget, budget.Free),
                budget.ResetsAt?.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "");
        }

        List<string> notes = [.. budgets.Select(budget => budget.Fault).OfType<string>().Distinct(StringComparer.Ordinal).Select(fault => $"? {SafeText.Of(fault)}")];
        if (budgets.Any(budget => budget.IsSetByOperator)) notes.Add("* set by an operator; \"budget set … --clear\" gives the application's cap back");
        if (notes.Count > 0) table.Caption(Markup.Escape(string.Join('\n', notes)));
        return table;
    }

    // 0 would say that nothing is spent of what nobody here can read.
    private static string Show(CounterState budget, long amount) => budget.Fault is null ? budget.Show(amount) : "?";

    private static long? Known(CounterState budget, long amount) => budget.Fault is null ? amount : null;

    private static void Write(Utf8JsonWriter writer, List<CounterState> budgets)
    {
        writer.WriteStartArray();
        foreach (var budget in budgets)
        {
            writer.WriteStartObject();
            BudgetJson.Counter(writer, budget.Scope, budget.Dimension, budget.Window);
            BudgetJson.Amount(writer, "cap", budget.Dimension, budget.Cap);
            BudgetJson.Amount(writer, "spent", budget.Dimension, Known(budget, budget.Spent));
            BudgetJson.Amount(writer, "held", budget.Dimension, Known(budget, budget.Held));
            BudgetJson.Amount(writer, "free", budget.Dimension, Known(budget, budget.Free));
            if (budget.Fault is not null) writer.WriteString("fault", budget.Fault);
            writer.WriteBoolean("setByOperator", budget.IsSetByOperator);
            BudgetJson.Amount(writer, "applicationCap", budget.Dimension, budget.ApplicationCap);
            if (budget.ResetsAt is { } ends) writer.WriteString("ends", ends);
            else writer.WriteNull("ends");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
