using System.Globalization;
using System.Text.Json;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;
using Spectre.Console;

namespace SafeLlm.Cli.Quotes;

/// <summary>The quote of one prompt as a table for people.</summary>
internal static class QuoteTable
{
    private static readonly RequestTarget Target = new("POST", "", "/generate", "");

    /// <summary>The facts of a call with this prompt.</summary>
    public static CallFacts Facts(string model, string prompt, long? maxTokens)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("prompt", prompt);
            if (maxTokens is { } most) json.WriteNumber("max_tokens", most);
            json.WriteEndObject();
        }

        return WireFormats.Default.Read(Target, body.ToArray()) is RequestReading.Call { Facts: { } facts }
            ? facts
            : throw new InvalidOperationException("The request that was just written cannot be read.");
    }

    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, ModelPrice price, Quote quote)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{price.Model}{(price.Provider is { } provider ? $" at {provider}" : "")}: {Money(price.InputPerMillion)} in, {Money(price.OutputPerMillion)} out per million tokens, prices of {quote.PricesOf:yyyy-MM-dd}{Age(quote)}"));
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (var column in (string[])["lower", "expected", "upper"]) table.AddColumn(new TableColumn(column).RightAligned());
        table.AddRow("input tokens", Tokens(quote.Input.Lower), Tokens(quote.Input.Expected), Tokens(quote.Input.Upper));
        table.AddRow("output tokens", Tokens(quote.Output.Lower), Tokens(quote.Output.Expected), Tokens(quote.Output.Upper));
        table.AddRow("cost", Money(quote.Lower), Money(quote.Expected), Money(quote.Upper));
        console.Write(table);
        console.WriteLine($"The upper end is {Sureness(quote.Basis)}.");
        foreach (var reason in quote.Reasons) console.WriteLine($"- {reason}");
    }

    private static string Sureness(EstimateBasis basis) => basis switch
    {
        EstimateBasis.Exact => "exact",
        EstimateBasis.Bounded => "bounded: it cannot be more",
        _ => "calibrated: it held for at least 95 % of recorded calls like this one",
    };

    private static string Age(Quote quote) => quote.PriceAgeDays is { } days ? string.Create(CultureInfo.InvariantCulture, $" ({days} days ago)") : "";

    private static string Tokens(long tokens) => tokens.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Money(NanoUsd amount) => amount.ToString();

    private static string Money(decimal dollars) => dollars.ToString("$0.00####", CultureInfo.InvariantCulture);
}
