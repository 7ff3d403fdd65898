using System.Text.Encodings.Web;
using System.Text.Json;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Cli.Quotes;

/// <summary>Writes the quote of a recorded request as one line of JSON.</summary>
internal sealed class QuoteLineWriter(Quoter quoter)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line.</summary>
    public LineOutcome Write(string record, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        var outcome = WriteMembers(record, json);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
        return outcome;
    }

    private LineOutcome WriteMembers(string record, Utf8JsonWriter json)
    {
        RecordedCall call;
        try
        {
            call = RecordedCall.Parse(record);
        }
        catch (FormatException broken)
        {
            WriteError(json, null, null, broken.Message);
            return LineOutcome.Unread;
        }

        var format = WireFormats.Default.Recognise(call.Target)?.Name;
        switch (WireFormats.Default.Read(call.Target, call.Body))
        {
            case RequestReading.Call { Facts: { } facts }:
                WriteQuote(json, call.Id, facts);
                return LineOutcome.Quoted;
            case RequestReading.Passage passage:
                return WriteError(json, call.Id, passage.Route, "The route spends no tokens.");
            case RequestReading.Malformed malformed:
                return WriteError(json, call.Id, format, malformed.Message);
            default:
                return WriteError(json, call.Id, format, $"No wire format knows the route {call.Target.Method} {call.Target.Path}.");
        }
    }

    private void WriteQuote(Utf8JsonWriter json, string? id, CallFacts facts)
    {
        var price = quoter.Catalog.TryFind(facts, out var known) ? known : null;
        var quote = quoter.Quote(facts, price ?? new ModelPrice(facts.Model ?? "", 0, 0) { IsEmbedding = facts.Bound.Tokens == 0 }, EstimateMethod.Counted);

        json.WriteString("id", id);
        json.WriteString("format", facts.Format.Name);
        json.WriteString("model", facts.Model);
        json.WriteStartObject("input");
        json.WriteNumber("lower", quote.Input.Lower);
        json.WriteNumber("expected", quote.Input.Expected);
        json.WriteNumber("upper", quote.Input.Upper);
        json.WriteString("method", MethodOf(quote));
        json.WriteBoolean("estimable", quote.Method != EstimateMethod.ContextWindow);
        json.WriteEndObject();
        json.WriteStartObject("output");
        json.WriteNumber("expected", quote.Output.Expected);
        json.WriteNumber("upper", quote.Output.Upper);
        json.WriteEndObject();
        if (price is null)
        {
            json.WriteNull("usd");
        }
        else
        {
            json.WriteStartObject("usd");
            json.WriteNumber("expected", quote.Expected.Dollars);
            json.WriteNumber("upper", quote.Upper.Dollars);
            json.WriteEndObject();
        }

        json.WriteStartArray("basis");
        if (price is null) json.WriteStringValue($"the catalog of {quoter.Catalog.Date:yyyy-MM-dd} has no price for this model");
        foreach (var reason in quote.Reasons) json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteNull("error");
    }

    private static string MethodOf(Quote quote) => quote.Method switch
    {
        EstimateMethod.ContextWindow => "context-window",
        EstimateMethod.Bytes => "bytes",
        _ => quote.Basis switch
        {
            EstimateBasis.Exact => "exact",
            EstimateBasis.Bounded => "bounded",
            _ => "calibrated",
        },
    };

    private static LineOutcome WriteError(Utf8JsonWriter json, string? id, string? format, string error)
    {
        json.WriteString("id", id);
        json.WriteString("format", format);
        json.WriteNull("model");
        json.WriteNull("input");
        json.WriteNull("output");
        json.WriteNull("usd");
        json.WriteStartArray("basis");
        json.WriteEndArray();
        json.WriteString("error", error);
        return LineOutcome.WithoutQuote;
    }
}
