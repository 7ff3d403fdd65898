using System.CommandLine;
using System.Text.Json;

namespace SafeLlm.Cli.Traffic;

/// <summary>A command that reads recorded traffic and writes a line for each of its lines.</summary>
internal static class TrafficCommand
{
    /// <summary>Writes the members of one line about an exchange, behind its id.</summary>
    public delegate void Write(RecordedExchange exchange, Utf8JsonWriter json);

    public static Command Create(string name, string description, Write write)
    {
        var input = new Option<string>("--in") { Description = "The file to read, or - for standard input: an exchange a line, as JSON. May be gzip.", DefaultValueFactory = _ => "-" };
        var output = new Option<string>("--out") { Description = "The file to write, or - for standard output.", DefaultValueFactory = _ => "-" };
        var command = new Command(name, description + " A line that cannot be read gives an object with its number and what is wrong. Exits with 0, with 1 where a line was bad, with 2 where a file cannot be read or written.") { input, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(input),
            parsed.GetRequiredValue(output),
            write,
            parsed.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string from, string to, Write write, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = await TrafficFiles.OpenInAsync(from, cancellationToken).ConfigureAwait(false);
            await using var output = TrafficFiles.OpenOut(to);
            var bad = await TrafficLines.CopyAsync(input, output, write, cancellationToken).ConfigureAwait(false);
            if (bad == 0) return 0;
            await errors.WriteLineAsync($"{bad} {(bad == 1 ? "line" : "lines")} could not be read; see the objects with \"line\" in the output.").ConfigureAwait(false);
            return 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await errors.WriteLineAsync($"The files could not be read and written to their end: {failure.Message}").ConfigureAwait(false);
            return 2;
        }
    }
}
