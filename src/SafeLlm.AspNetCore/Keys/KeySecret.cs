using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Makes a signing key from the one place that its options name. The secret is in no message.</summary>
internal static class KeySecret
{
    public static SigningKey? Load(SafeLlmKeyOptions key, string path, List<string> errors)
    {
        var places = (key.Secret is null ? 0 : 1) + (key.SecretFile is null ? 0 : 1) + (key.SecretEnvironmentVariable is null ? 0 : 1);
        if (places != 1)
        {
            errors.Add($"{path} has {(places == 0 ? "no secret" : "more than one secret")}; give one of Secret, SecretFile and SecretEnvironmentVariable.");
            return null;
        }

        if (Read(key, path, errors) is not { } secret) return null;
        try
        {
            return SigningKey.HmacFromBase64(key.KeyId, secret);
        }
        catch (ArgumentException wrong)
        {
            errors.Add($"{path}: {wrong.Message}");
        }
        catch (FormatException)
        {
            errors.Add($"{path}: the secret is no base64 (its value is not shown).");
        }

        return null;
    }

    private static string? Read(SafeLlmKeyOptions key, string path, List<string> errors)
    {
        if (key.SecretFile is { } file) return FromFile(file, path, errors);
        if (key.SecretEnvironmentVariable is not { } variable) return key.Secret;
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return value.Trim();
        errors.Add($"{path}:SecretEnvironmentVariable is \"{variable}\", and no such variable is set.");
        return null;
    }

    private static string? FromFile(string file, string path, List<string> errors)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            if (text.Length > 0) return text;
            errors.Add($"{path}:SecretFile is \"{file}\", and the file is empty.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{path}:SecretFile is \"{file}\", and it cannot be read: {unreadable.Message}");
        }

        return null;
    }
}
