using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Anomalies;
using SafeLlm.Cli.Terminal;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Anomalies;

/// <summary><c>safellm anomalies</c>: what the detector says of the calls in a journal, each key held to its tier.</summary>
internal static class AnomaliesCommand
{
    private const int MinutesInHour = 60;
    private const int MostNamed = 20;

    public static Command Create(TimeProvider time)
    {
        var (store, json) = (StoreArguments.Store(), StoreArguments.Json());
        store.Required = false;
        var journal = new Option<FileInfo?>("--journal") { Description = "A file: a store's, or JSON lines with at, key or scopes, inputTokens, outputTokens and dollars, oldest first; a tier, too, where it is known." };
        var config = new Option<FileInfo?>("--config") { Description = "The verifier's appsettings.json. Its section SafeLlm has the Tiers, the Tier of each of its Keys, the DefaultTier, and Anomalies." };
        var tierOf = new Option<string[]>("--tier-of") { Description = "KEYID=TIER: the tier of a key that is not in the configuration, such as one of a store; may be given several times.", DefaultValueFactory = _ => [] };
        var requests = new Option<double?>("--request-factor") { Description = "Above how many times the usual requests it is a spike; the configuration's, or 5, unless given." };
        var tokens = new Option<double?>("--token-factor") { Description = "Above how many times the usual tokens a request it is a spike; the configuration's, or 3, unless given." };
        var cost = new Option<double?>("--cost-factor") { Description = "Above how many times the usual money it is a spike; the configuration's, or 5, unless given." };
        var perMinute = new Option<long>("--requests-per-minute") { Description = "What is allowed to keys whose tier is not known, of which a fifth is usual; 0 where nothing limits them." };
        var perRequest = new Option<long>("--tokens-per-request") { Description = "What is allowed to them in and out; 0 where nothing limits them." };
        var perDay = new Option<decimal>("--dollars-per-day") { Description = "What is allowed to them; 0 where nothing limits them." };
        var command = new Command("anomalies", "Finds usage in a journal that left what was usual for its key. As the verifier does, it holds each key to a fifth of what its tier allows: the one that the line names, or whose pool was charged, else the key's by --tier-of or --config. The others are held to what --requests-per-minute, --tokens-per-request and --dollars-per-day say, to none unless given. Calls that were refused are in no journal.") { journal, store, config, tierOf, requests, tokens, cost, perMinute, perRequest, perDay, json };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var tiers = new KeyTiers(new UsageNorm(NotBelow(perMinute, parsed.GetValue(perMinute)) * MinutesInHour, NotBelow(perRequest, parsed.GetValue(perRequest)), NanoUsd.FromDollars(NotBelow(perDay, parsed.GetValue(perDay)))));
            var configured = parsed.GetValue(config) is { } settings ? await VerifierFile.ReadAsync(settings.FullName, tiers, cancellation) : new AnomalyOptions();
            foreach (var pair in parsed.GetValue(tierOf)!) Assign(tiers, pair);
            var options = configured with
            {
                RequestFactor = parsed.GetValue(requests) ?? configured.RequestFactor,
                TokenFactor = parsed.GetValue(tokens) ?? configured.TokenFactor,
                CostFactor = parsed.GetValue(cost) ?? configured.CostFactor,
            };
            if (options.RequestFactor <= 1 || options.TokenFactor <= 1 || options.CostFactor <= 1) throw new ArgumentException("A factor is above 1: what is usual is no anomaly.");
            var calls = (parsed.GetValue(journal), parsed.GetValue(store)) switch
            {
                ({ } file, null) => JournalLines.OfFileAsync(file.FullName, time, cancellation),
                (null, { } name) => JournalLines.OfStoreAsync(name, time, cancellation),
                _ => throw new ArgumentException("Name one journal: --journal FILE or --store STORE."),
            };
            var replay = new AnomalyReplay(options, tiers);
            await foreach (var call in calls) replay.Add(call);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, writer => Write(writer, replay));
            else await DrawAsync(output, replay);
            return 0;
        }));
        return command;
    }

    // From the end: a key may have = in its name, as a part of base64 has.
    private static void Assign(KeyTiers tiers, string pair)
    {
        if (pair.LastIndexOf('=') is not (> 0 and var at) || at == pair.Length - 1) throw new ArgumentException($"--tier-of is \"{pair}\"; give KEYID=TIER.");
        tiers.Assign(pair[..at], pair[(at + 1)..]);
    }

    private static T NotBelow<T>(Option<T> option, T value)
        where T : struct, IComparable<T> =>
        value.CompareTo(default) >= 0 ? value : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; give 0 or more."));

    private static async Task DrawAsync(TextWriter output, AnomalyReplay replay)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{replay.Calls:N0} calls of {replay.Keys:N0} keys, {replay.Found.Count:N0} anomalies, each told once an hour."));
        if (replay.KeysWithoutTier is { Count: > 0 } without)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The tier of {without.Count:N0} keys is not known; name it with --tier-of: {SafeText.Of(string.Join(", ", without.Take(MostNamed)))}{(without.Count > MostNamed ? ", …" : "")}"));
        }

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
            if (one.Tier is not null) writer.WriteString("tier", one.Tier);
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
        if (replay.KeysWithoutTier is { } without)
        {
            writer.WriteStartArray("keysWithoutTier");
            foreach (var key in without) writer.WriteStringValue(key);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // Nano-dollars never show.
    private static void Number(Utf8JsonWriter writer, string name, Dimension dimension, long amount)
    {
        if (dimension == Dimension.Dollars) writer.WriteNumber(name, new NanoUsd(amount).Dollars);
        else writer.WriteNumber(name, amount);
    }
}
