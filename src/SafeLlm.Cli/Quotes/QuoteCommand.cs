using System.CommandLine;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Quotes;

/// <summary><c>safellm quote</c>: what a call will cost, before it is made.</summary>
internal static class QuoteCommand
{
    public static Command Create()
    {
        var input = new Option<FileInfo>("--in") { Description = "A file of recorded requests, a JSON object a line, plain or gzip." };
        var output = new Option<FileInfo>("--out") { Description = "The file to write: a line of JSON for each record of --in." };
        var command = new Command("quote", "Tells what a call will cost, before it is made.") { input, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            if (parsed.GetValue(input) is not { } source || parsed.GetValue(output) is not { } target)
            {
                await errors.WriteLineAsync("Give --in FILE and --out FILE.");
                return 2;
            }

            try
            {
                var (lines, failed) = await RecordedQuotes.RunAsync(source, target, new QuoteLineWriter(new Quoter(ModelCatalog.Embedded)), cancellationToken);
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{lines} lines, {failed} with an error");
                return 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                await errors.WriteLineAsync($"The recorded requests could not be quoted: {failure.Message}");
                return 1;
            }
        });
        return command;
    }
}
