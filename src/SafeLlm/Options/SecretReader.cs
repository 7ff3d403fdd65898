namespace SafeLlm;

/// <summary>Takes a secret from one of its three places; the value is in no message.</summary>
internal readonly struct SecretReader(List<string> errors)
{
    public string? Read(string path, string name, string? value, string? file, string? variable)
    {
        var at = path.Length == 0 ? name : $"{path}:{name}";
        if ((value is null ? 0 : 1) + (file is null ? 0 : 1) + (variable is null ? 0 : 1) > 1)
        {
            errors.Add($"{at} is given more than once; keep one of {name}, {name}File and {name}EnvironmentVariable.");
            return null;
        }

        if (file is not null) return FromFile(at, file);
        if (variable is null) return value;

        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } found) return found.Trim();
        errors.Add($"{at}EnvironmentVariable is {variable}, and no such variable is set.");
        return null;
    }

    private string? FromFile(string at, string file)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            if (text.Length > 0) return text;
            errors.Add($"{at}File is {file}, and the file is empty.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{at}File is {file}, and it cannot be read: {unreadable.Message}");
        }

        return null;
    }
}
