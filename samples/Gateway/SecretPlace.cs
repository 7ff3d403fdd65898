namespace Gateway;

/// <summary>Where a secret is: never in the configuration itself.</summary>
internal sealed class SecretPlace
{
    /// <summary>A file, which goes before the variable: a mounted secret.</summary>
    public string? SecretFile { get; set; }

    /// <summary>An environment variable.</summary>
    public string? SecretEnvironmentVariable { get; set; }

    /// <summary>The secret; null where there is none.</summary>
    public string? Read()
    {
        var text = SecretFile is { Length: > 0 } file ? File.ReadAllText(file) : SecretEnvironmentVariable is { Length: > 0 } variable ? Environment.GetEnvironmentVariable(variable) : null;
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
