using System.CommandLine;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Cli.Traffic;

/// <summary><c>safellm inspect</c>: what SafeLlm reads from recorded requests, a line of JSON each.</summary>
internal static class InspectCommand
{
    public static Command Create() => TrafficCommand.Create(
        "inspect",
        "Reads recorded requests (JSON lines) and writes for each its wire format, model, output bound and what makes its input unknowable.",
        Write);

    private static void Write(RecordedExchange exchange, Utf8JsonWriter json)
    {
        var reading = WireFormats.Default.Read(exchange.Target, exchange.Request);
        var facts = (reading as RequestReading.Call)?.Facts;
        json.WriteString("format"u8, FormatNames.Of(reading, exchange.Target));
        json.WriteString("model"u8, facts is not null ? facts.Model : (reading as RequestReading.Passage)?.Model);
        json.WriteStartObject("bound"u8);
        WriteNumber(json, "tokens"u8, facts?.Bound.Tokens);
        json.WriteNumber("choices"u8, facts?.Bound.Choices ?? 1);
        json.WriteEndObject();
        json.WriteBoolean("streaming"u8, facts?.IsStreaming ?? false);
        json.WriteStartArray("unknowable"u8);
        foreach (var reason in facts?.Unknowable ?? []) json.WriteStringValue(UnknowableNames.Of(reason));
        json.WriteEndArray();
        json.WriteString("error"u8, reading switch
        {
            RequestReading.Malformed malformed => malformed.Code.Name(),
            RequestReading.UnknownRoute => RefusalCode.UnknownRoute.Name(),
            _ => null,
        });
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
