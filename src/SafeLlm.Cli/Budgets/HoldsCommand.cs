using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Cli.Terminal;
using SafeLlm.Limits;
using Spectre.Console;

namespace SafeLlm.Cli.Budgets;

/// <summary><c>safellm budget holds</c>: what attempts under way have set aside.</summary>
internal static class HoldsCommand
{
    private const string Instant = "yyyy-MM-dd HH:mm:ss 'UTC'";

    public static Command Create()
    {
        var (store, json) = (StoreArguments.Store(), StoreArguments.Json());
        var most = new Option<int>("--most") { Description = "How many at most, the oldest first.", DefaultValueFactory = _ => 1_000 };
        var command = new Command("holds", "Shows what attempts under way have set aside, the oldest first.") { store, most, json };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            using var view = StoreSource.View(parsed.GetRequiredValue(store), TimeProvider.System);
            var holds = await view.ReadHoldsAsync(parsed.GetValue(most), cancellation);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, writer => Write(writer, holds));
            else Screen.On(output).Write(Draw(holds));
            return 0;
        }));
        return command;
    }

    private static Table Draw(IReadOnlyList<OpenHold> holds)
    {
        var table = Screen.Table("id", "taken", "lease ends", "then", ">input", ">output", ">dollars", "scopes");
        foreach (var (hold, then, scopes) in holds)
        {
            table.Add(
                hold.Id,
                hold.TakenAt.ToString(Instant, CultureInfo.InvariantCulture),
                hold.LeaseEnds.ToString(Instant, CultureInfo.InvariantCulture),
                then.ToString().ToLowerInvariant(),
                hold.Amounts.InputTokens.ToString("N0", CultureInfo.InvariantCulture),
                hold.Amounts.OutputTokens.ToString("N0", CultureInfo.InvariantCulture),
                hold.Amounts.Cost.ToString(),
                string.Join(", ", scopes));
        }

        return table;
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<OpenHold> holds)
    {
        writer.WriteStartArray();
        foreach (var (hold, then, scopes) in holds)
        {
            writer.WriteStartObject();
            writer.WriteString("id", hold.Id);
            writer.WriteString("taken", hold.TakenAt);
            writer.WriteString("leaseEnds", hold.LeaseEnds);
            writer.WriteString("onLeaseEnd", then.ToString().ToLowerInvariant());
            writer.WriteNumber("requests", hold.Amounts.Requests);
            writer.WriteNumber("inputTokens", hold.Amounts.InputTokens);
            writer.WriteNumber("outputTokens", hold.Amounts.OutputTokens);
            writer.WriteNumber("dollars", hold.Amounts.Cost.Dollars);
            writer.WriteStartArray("scopes");
            foreach (var scope in scopes) writer.WriteStringValue(scope);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
