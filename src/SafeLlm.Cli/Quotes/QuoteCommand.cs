using System.CommandLine;
using System.Globalization;
using SafeLlm.Cli.Models;
using SafeLlm.Pricing;
using SafeLlm.Tokens;
using Spectre.Console;

namespace SafeLlm.Cli.Quotes;

/// <summary><c>safellm quote</c>: what a call will cost, before it is made.</summary>
internal static class QuoteCommand
{
    public static Command Create(TimeProvider time)
    {
        var text = new Argument<string?>("text") { Description = "The prompt; or give --file.", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string>("--model") { Description = "The model, as requests name it, or provider/name." };
        var maxTokens = new Option<long?>("--max-tokens") { Description = "The output bound. Without one, the most that the model gives stands for it." };
        var file = new Option<FileInfo>("--file") { Description = "A file with the prompt, UTF-8." };
        var input = new Option<FileInfo>("--in") { Description = "A file of recorded requests, a JSON object a line, plain or gzip. Exits with 1 where a line could not be read." };
        var output = new Option<FileInfo>("--out") { Description = "The file to write: a line of JSON for each record of --in." };
        var command = new Command("quote", "Tells what a call will cost, before it is made.") { text, model, maxTokens, file, input, output };
        command.SetAction((parsed, cancellationToken) =>
        {
            var (standard, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return (parsed.GetValue(input), parsed.GetValue(output), parsed.GetValue(model)) switch
            {
                ({ } source, { } target, null) => RecordedAsync(source, target, standard, errors, cancellationToken),
                (null, null, { } name) => PromptAsync(name, parsed.GetValue(maxTokens), parsed.GetValue(text), parsed.GetValue(file), time, standard, errors, cancellationToken),
                _ => FailAsync(errors, "Give --model and a text or --file for one prompt, or --in and --out for recorded requests."),
            };
        });
        return command;
    }

    private static async Task<int> RecordedAsync(FileInfo source, FileInfo target, TextWriter standard, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            var (lines, failed, unread) = await RecordedQuotes.RunAsync(source, target, new QuoteLineWriter(new Quoter(ModelCatalog.Embedded)), cancellationToken);
            await standard.WriteLineAsync($"{lines} lines, {failed} with an error");
            return unread == 0 ? 0 : 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await errors.WriteLineAsync($"The recorded requests could not be quoted: {failure.Message}");
            return 2;
        }
    }

    private static async Task<int> PromptAsync(string model, long? maxTokens, string? text, FileInfo? file, TimeProvider time, TextWriter standard, TextWriter errors, CancellationToken cancellationToken)
    {
        if (text is null == file is null) return await FailAsync(errors, "Give the prompt as text or in --file, one of both.");
        if (maxTokens < 1) return await FailAsync(errors, $"--max-tokens is {maxTokens}; give at least 1.");
        if (!ModelCatalog.Embedded.TryFind(model, out var price))
        {
            var near = CatalogSearch.Near(model).Take(5).Select(known => known.Model).ToList();
            return await FailAsync(errors, $"The catalog of {ModelCatalog.Embedded.Date:yyyy-MM-dd} has no model \"{model}\".{(near.Count > 0 ? $" Near it: {string.Join(", ", near)}." : "")} `safellm models` lists all.");
        }

        string prompt;
        try
        {
            prompt = text ?? await File.ReadAllTextAsync(file!.FullName, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(errors, $"The prompt could not be read: {failure.Message}");
        }

        // The provider would refuse more than the model can answer.
        var capped = maxTokens > price.MaxOutputTokens ? price.MaxOutputTokens : null;
        var facts = QuoteTable.Facts(model, prompt, capped ?? maxTokens);
        var console = Consoles.For(standard);
        QuoteTable.Write(console, price, new Quoter(ModelCatalog.Embedded, time).Quote(facts, price, EstimateMethod.Counted));
        if (capped is { } most) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- --max-tokens is {maxTokens:#,0}; the model answers with {most:#,0} at most, and that is quoted"));
        return 0;
    }

    private static async Task<int> FailAsync(TextWriter errors, string message)
    {
        await errors.WriteLineAsync(message);
        return 2;
    }
}
