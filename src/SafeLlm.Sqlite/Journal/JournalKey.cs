using System.Security.Cryptography;

namespace SafeLlm.Sqlite.Journal;

/// <summary>What the lines of a journal are chained under. Without a secret the chain shows accidents, and no forgery.</summary>
internal sealed class JournalKey
{
    private const int ShortestSecret = 32;
    private const int NameLength = 8;

    private readonly byte[] secret;

    private JournalKey(byte[] secret, string? name)
    {
        this.secret = secret;
        Name = name;
    }

    /// <summary>No secret.</summary>
    public static JournalKey None { get; } = new([], null);

    /// <summary>Tells keys apart without telling anything of them; null for no secret.</summary>
    public string? Name { get; }

    /// <summary>The key that options name: a file, a variable of the environment, or none.</summary>
    /// <exception cref="ArgumentException">It cannot be read, or is none.</exception>
    public static JournalKey Load(string? file, string? variable)
    {
        if (file is not null)
        {
            return Parse(ReadFile(file), $"The journal's key in the file {file}");
        }

        return variable is not null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? Parse(text, $"The journal's key in the environment variable {variable}")
            : None;
    }

    public byte[] Sign(ReadOnlySpan<byte> message) => HMACSHA256.HashData(secret, message);

    private static JournalKey Parse(string text, string what)
    {
        text = text.Trim();
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < ShortestSecret)
        {
            throw new ArgumentException($"{what} is not base64 of at least {ShortestSecret} random bytes. \"safellm keys new\" makes one.");
        }

        var secret = bytes[..length];
        return new JournalKey(secret, Convert.ToHexStringLower(SHA256.HashData(HMACSHA256.HashData(secret, "safellm journal key name"u8)))[..NameLength]);
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The journal's key cannot be read from {file}: {failure.Message}", failure);
        }
    }
}
