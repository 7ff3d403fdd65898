using System.CommandLine;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Cli.Traffic;

/// <summary><c>safellm usage</c>: what SafeLlm reads from recorded responses, a line of JSON each.</summary>
internal static class UsageCommand
{
    public static Command Create() => TrafficCommand.Create(
        "usage",
        "Reads recorded exchanges (JSON lines) and writes for each the tokens that its response reports, in the provider's counting and as billed.",
        Write);

    private static void Write(RecordedExchange exchange, Utf8JsonWriter json)
    {
        var reading = WireFormats.Default.Read(exchange.Target, exchange.Request);
        json.WriteString("format"u8, FormatNames.Of(reading, exchange.Target));
        var meter = Meter(reading, exchange);
        meter?.Append(exchange.Response);
        var read = meter?.Complete();
        WriteUsage(json, read?.Usage);
        WriteBillable(json, read?.Billable);
        json.WriteBoolean("complete"u8, read?.IsComplete ?? false);
        json.WriteString("error"u8, reading is RequestReading.UnknownRoute ? RefusalCode.UnknownRoute.Name() : read?.Error);
    }

    /// <summary>A meter for the answer; null where nothing is metered. A request that we would refuse was answered all the same.</summary>
    private static ResponseMeter? Meter(RequestReading reading, RecordedExchange exchange) => reading switch
    {
        RequestReading.Call { Facts: var facts } => facts.Format.CreateMeter(facts, exchange.Head),
        RequestReading.Passage passage => WireFormats.CreateCountMeter(passage, exchange.Head),
        RequestReading.Malformed when WireFormats.Default.Recognise(exchange.Target) is { } format =>
            format.CreateMeter(new CallFacts { Format = format, Body = exchange.Request }, exchange.Head),
        _ => null,
    };

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage"u8);
            return;
        }

        json.WriteStartObject("usage"u8);
        WriteNumber(json, "input"u8, usage.Input);
        WriteNumber(json, "output"u8, usage.Output);
        WriteNumber(json, "cached_input"u8, usage.CachedInput);
        WriteNumber(json, "cache_write"u8, usage.CacheWrite);
        WriteNumber(json, "reasoning"u8, usage.Reasoning);
        WriteNumber(json, "total"u8, usage.Total);
        json.WriteEndObject();
    }

    private static void WriteBillable(Utf8JsonWriter json, BillableUsage? billable)
    {
        if (billable is not { } billed)
        {
            json.WriteNull("billable"u8);
            return;
        }

        json.WriteStartObject("billable"u8);
        json.WriteNumber("input"u8, billed.Input);
        json.WriteNumber("cache_read"u8, billed.CacheRead);
        json.WriteNumber("cache_write"u8, billed.CacheWrite);
        json.WriteNumber("output"u8, billed.Output);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
