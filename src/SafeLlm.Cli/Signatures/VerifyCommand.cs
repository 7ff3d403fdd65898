using System.CommandLine;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary><c>safellm verify</c>: runs a file of vectors through the verifier, one line each.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var vectors = new Option<FileInfo>("--vectors") { Description = "A file of vectors, as other implementations write them.", Required = true };
        var profile = new Option<string>("--profile") { Description = "safellm-v1, or seed-v0 for vectors made by CPython.", DefaultValueFactory = _ => "safellm-v1" };
        profile.AcceptOnlyFromAmong("safellm-v1", SeedSignature.Profile);
        var command = new Command("verify", "Verifies the vectors of a file. Exits with 0 when every result is as the file says, with 1 when one differs, with 2 when the file cannot be read.") { vectors, profile };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetRequiredValue(vectors),
            parsed.GetValue(profile) == SeedSignature.Profile,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, bool isSeed, TextWriter output, TextWriter errors)
    {
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file.FullName));
            var root = document.RootElement;
            if (!root.List("vectors").Any() && !root.List("sequences").Any() && !root.List("negative").Any()) throw new VectorFileException("The file has no vectors.");
            return await RunAsync(isSeed ? new SeedVectors(root, errors) : new ProfileVectors(root, errors), output, errors);
        }
        catch (Exception failure) when (failure is VectorFileException or JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"{file.FullName} cannot be run: {failure.Message}{(isSeed ? "" : " Vectors made by CPython need --profile seed-v0.")}");
            return 2;
        }
    }

    private static async Task<int> RunAsync(IVectors vectors, TextWriter output, TextWriter errors)
    {
        var wrong = 0;
        await foreach (var outcome in vectors.RunAsync())
        {
            await output.WriteLineAsync(outcome.Actual.ToLine(outcome.Id));
            if (!outcome.IsRight)
            {
                wrong++;
                await errors.WriteLineAsync($"wrong: {outcome.Id} is {outcome.Actual.Result} ({outcome.Actual.Reason ?? "no reason"}), the file says {outcome.Expected.Result} ({outcome.Expected.Reason ?? "no reason"}).");
            }
            else if (outcome.HasOtherReason)
            {
                await errors.WriteLineAsync($"warning: {outcome.Id} is refused for {outcome.Actual.Reason}, the file says {outcome.Expected.Reason}.");
            }
        }

        return wrong == 0 ? 0 : 1;
    }
}
