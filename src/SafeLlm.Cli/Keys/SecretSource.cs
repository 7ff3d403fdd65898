using System.CommandLine;

namespace SafeLlm.Cli.Keys;

/// <summary>Where a command takes a secret from. Never from its arguments, which every process of the machine can read.</summary>
internal sealed class SecretSource
{
    private readonly Option<FileInfo> file;
    private readonly Option<string> variable;

    public SecretSource(string name, string what)
    {
        file = new Option<FileInfo>($"--{name}-file") { Description = $"A file with {what}." };
        variable = new Option<string>($"--{name}-env") { Description = $"The name of an environment variable with {what}. Without file and variable it is read from standard input." };
    }

    public void AddTo(Command command)
    {
        command.Options.Add(file);
        command.Options.Add(variable);
    }

    /// <exception cref="CommandFailedException">There is no secret there; the message says what to do.</exception>
    public async Task<string> ReadAsync(ParseResult parsed, TextReader? standardInput = null)
    {
        var path = parsed.GetValue(file);
        var name = parsed.GetValue(variable);
        if (path is not null && name is not null) throw new CommandFailedException($"Give {file.Name} or {variable.Name}, not both.");
        if (path is not null) return NotEmpty(await ReadFileAsync(path), $"The file {path.FullName}");
        if (name is not null) return NotEmpty(Environment.GetEnvironmentVariable(name) ?? "", $"The environment variable {name}");
        return NotEmpty(await (standardInput ?? Console.In).ReadToEndAsync(), "Standard input");
    }

    private static async Task<string> ReadFileAsync(FileInfo path)
    {
        try
        {
            return await File.ReadAllTextAsync(path.FullName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The file {path.FullName} cannot be read: {failure.Message}");
        }
    }

    private static string NotEmpty(string text, string where) =>
        text.Trim() is { Length: > 0 } secret ? secret : throw new CommandFailedException($"{where} is empty; a secret is needed there.");
}
