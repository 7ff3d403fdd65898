using System.CommandLine;
using SafeLlm.Cli.Scan.Reports;

namespace SafeLlm.Cli.Scan;

/// <summary><c>safellm scan</c>: the rules of SafeLlm.Analyzers over a code base that need not build.</summary>
internal static class ScanCommand
{
    public static Command Create(TimeProvider time)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "The folder to read, with everything below it.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var sarif = new Option<FileInfo>("--sarif") { Description = "Also write the findings to this file, as SARIF 2.1.0." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a finding instead of the table: rule, file, line, endLine, message." };
        var rules = new Option<string[]>("--rule") { Description = "Look for these rules only, e.g. --rule SLLM001 SLLM004.", AllowMultipleArgumentsPerToken = true };
        var exitZero = new Option<bool>("--exit-zero") { Description = "Exit with 0 although there are findings." };
        var command = new Command("scan", "Finds unsafe calls of models in C# sources, without building them. Exits with 1 where a warning or an error was found.")
        {
            folder, sarif, json, rules, exitZero,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var root = parsed.GetRequiredValue(folder);
            if (!root.Exists)
            {
                await errors.WriteLineAsync($"There is no folder {root.FullName}.");
                return 2;
            }

            var chosen = parsed.GetValue(rules) ?? [];
            if (chosen.FirstOrDefault(id => !ScanRules.Exists(id)) is { } unknown)
            {
                await errors.WriteLineAsync($"There is no rule {unknown}. The rules are SLLM001 to {ScanRules.Last}.");
                return 2;
            }

            var result = new Scanner(root.FullName, ScanRules.Choose(chosen), new Progress(errors, time), time).Run(cancellationToken);
            try
            {
                if (parsed.GetValue(sarif) is { } file) SarifReport.Write(file.FullName, result);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                await errors.WriteLineAsync($"The SARIF file could not be written: {failure.Message}");
                return 2;
            }

            if (parsed.GetValue(json)) await JsonReport.WriteAsync(output, result);
            else TableReport.Write(output, result);
            await ScanSummary.WriteAsync(errors, result);
            return result.HasWarnings && !parsed.GetValue(exitZero) ? 1 : 0;
        });
        return command;
    }
}
