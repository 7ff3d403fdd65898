using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Anomalies;
using SafeLlm.Cli.Terminal;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Anomalies;

/// <summary><c>safellm anomalies</c>: what the detector says of the calls in a journal, all keys held to one tier.</summary>
internal static class AnomaliesCommand
{
    private const int MinutesInHour = 60;

    public static Command Create(TimeProvider time)
    {
        var article = new AnomalyOptions();
        var (store, json) = (StoreArguments.Store(), StoreArguments.Json());
        store.Required = false;
        var journal = new Option<FileInfo?>("--journal") { Description = "A file: a store's, or JSON lines with at, key or scopes, inputTokens, outputTokens and dollars, oldest first." };
        var requests = new Option<double>("--request-factor") { Description = "Above how many times the usual requests it is a spike.", DefaultValueFactory = _ => article.RequestFactor };
        var tokens = new Option<double>("--token-factor") { Description = "Above how many times the usual tokens a request it is a spike.", DefaultValueFactory = _ => article.TokenFactor };
        var cost = new Option<double>("--cost-factor") { Description = "Above how many times the usual money it is a spike.", DefaultValueFactory = _ => article.CostFactor };
        var perMinute = new Option<long>("--requests-per-minute") { Description = "What the keys' tier allows, of which a fifth is usual; 0 where it says nothing." };
        var perRequest = new Option<long>("--tokens-per-request") { Description = "What the keys' tier allows in and out; 0 where it says nothing." };
        var perDay = new Option<decimal>("--dollars-per-day") { Description = "What the keys' tier allows; 0 where it says nothing." };
        var command = new Command("anomalies", "Finds usage in a journal that left what was usual for its key. All keys are held to one tier, as --requests-per-minute, --tokens-per-request and --dollars-per-day say; to none unless given, where the verifier holds each to its own. Calls that were refused are in no journal.") { journal, store, requests, tokens, cost, perMinute, perRequest, perDay, json };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var options = article with { RequestFactor = parsed.GetValue(requests), TokenFactor = parsed.GetValue(tokens), CostFactor = parsed.GetValue(cost) };
            if (options.RequestFactor <= 1 || options.TokenFactor <= 1 || options.CostFactor <= 1) throw new ArgumentException("A factor is above 1: what is usual is no anomaly.");
            var norm = new UsageNorm(NotBelow(perMinute, parsed.GetValue(perMinute)) * MinutesInHour, NotBelow(perRequest, parsed.GetValue(perRequest)), NanoUsd.FromDollars(NotBelow(perDay, parsed.GetValue(perDay))));
            var calls = (parsed.GetValue(journal), parsed.GetValue(store)) switch
            {
                ({ } file, null) => JournalLines.OfFileAsync(file.FullName, time, cancellation),
                (null, { } name) => JournalLines.OfStoreAsync(name, time, cancellation),
                _ => throw new ArgumentException("Name one journal: --journal FILE or --store STORE."),
            };
            var replay = new AnomalyReplay(options, norm);
            await foreach (var call in calls) replay.Add(call);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, writer => Write(writer, replay));
            else await DrawAsync(output, replay);
            return 0;
        }));
        return command;
    }

    private static T NotBelow<T>(Option<T> option, T value)
        where T : struct, IComparable<T> =>
        value.CompareTo(default) >= 0 ? value : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; give 0 or more."));

    private static async Task DrawAsync(TextWriter output, AnomalyReplay replay)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{replay.Calls:N0} calls of {replay.Keys:N0} keys, {replay.Found.Count:N0} anomalies, each told once an hour."));
        if (replay.Found.Count == 0) return;
        var table = Screen.Table("at", "key", "severity", "what was found", "action");
        foreach (var one in replay.Found)
        {
            table.Add(
                one.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                one.Key,
                one.Anomaly.Severity.Name(),
                one.Anomaly.Describe(),
                one.IsWarmingUp ? "alert (first day)" : JsonNamingPolicy.CamelCase.ConvertName(one.Action.ToString()));
        }

        Screen.On(output).Write(table);
    }

    private static void Write(Utf8JsonWriter writer, AnomalyReplay replay)
    {
        writer.WriteStartObject();
        writer.WriteNumber("calls", replay.Calls);
        writer.WriteNumber("keys", replay.Keys);
        writer.WriteStartArray("anomalies");
        foreach (var one in replay.Found)
        {
            writer.WriteStartObject();
            writer.WriteString("at", one.At);
            writer.WriteString("key", one.Key);
            writer.WriteString("kind", one.Anomaly.Kind.Name());
            writer.WriteString("severity", one.Anomaly.Severity.Name());
            writer.WriteNumber("windowMinutes", one.Anomaly.Window.TotalMinutes);
            Number(writer, "current", one.Anomaly.Dimension, one.Anomaly.Current);
            Number(writer, "baseline", one.Anomaly.Dimension, one.Anomaly.Baseline);
            Number(writer, "threshold", one.Anomaly.Dimension, one.Anomaly.Threshold);
            writer.WriteString("action", JsonNamingPolicy.CamelCase.ConvertName(one.Action.ToString()));
            writer.WriteBoolean("isWarmingUp", one.IsWarmingUp);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Nano-dollars never show.
    private static void Number(Utf8JsonWriter writer, string name, Dimension dimension, long amount)
    {
        if (dimension == Dimension.Dollars) writer.WriteNumber(name, new NanoUsd(amount).Dollars);
        else writer.WriteNumber(name, amount);
    }
}
