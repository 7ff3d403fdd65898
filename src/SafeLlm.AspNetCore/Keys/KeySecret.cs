using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Makes a signing key from the one place that its options name. The secret is in no message.</summary>
internal static class KeySecret
{
    public static SigningKey? Load(SafeLlmKeyOptions key, KeyAlgorithms algorithms, string path, List<string> errors)
    {
        var places = new[] { key.Secret, key.SecretFile, key.SecretEnvironmentVariable, key.PublicKey, key.PublicKeyFile }.Count(place => place is not null);
        if (places != 1)
        {
            errors.Add($"{path} has {(places == 0 ? "no secret" : "more than one secret")}; give one of Secret, SecretFile and SecretEnvironmentVariable, or one of PublicKey and PublicKeyFile.");
            return null;
        }

        var isPublic = key.PublicKey is not null || key.PublicKeyFile is not null;
        if (isPublic && WhySecret(key) is { } secret)
        {
            // What everybody may know would be the secret that signs.
            errors.Add($"{path}:{(key.PublicKey is null ? "PublicKeyFile" : "PublicKey")} is given, and {path}:{secret}: anybody could sign with it. Set {path}:Algorithm to ecdsa-p256-sha256 or ed25519, whichever the key is, or give the secret in SecretFile.");
            return null;
        }

        if (Read(key, path, errors) is not { } text) return null;
        try
        {
            var read = key.Profile == SignatureProfile.SeedV0 ? SigningKey.Seed(key.KeyId, text) : algorithms.Read(key.KeyId, key.Algorithm, text);
            if (!isPublic || !read.CanSign) return read;
            errors.Add($"{Place(key, path)}: this is the private key, which is its owner's alone. Give the public half, PEM with PUBLIC KEY.");
        }
        catch (ArgumentException wrong)
        {
            errors.Add(Explain(key, path, wrong));
        }

        return null;
    }

    /// <summary>Why a key of these options has a secret in the place of a public half; null where it has none.</summary>
    private static string? WhySecret(SafeLlmKeyOptions key) =>
        key.Profile == SignatureProfile.SeedV0 ? "Profile is SeedV0, whose keys are shared secrets"
        : SignatureAlgorithms.TryParse(key.Algorithm, out var algorithm) && algorithm == SignatureAlgorithm.HmacSha256 ? "Algorithm is hmac-sha256, whose keys are shared secrets"
        : null;

    // The name of a parameter of ours tells nobody which of their settings is meant.
    private static string Explain(SafeLlmKeyOptions key, string path, ArgumentException wrong)
    {
        var message = wrong.Message.Replace($" (Parameter '{wrong.ParamName}')", "", StringComparison.Ordinal);
        if (wrong.ParamName is "keyId" or "apiKey" or "algorithm") return $"{path}: {message}";
        return $"{Place(key, path)}: {message}{(key.Profile == SignatureProfile.SafeLlmV1 ? " \"safellm keys new\" makes one." : "")}";
    }

    private static string Place(SafeLlmKeyOptions key, string path) => key switch
    {
        { SecretEnvironmentVariable: { } variable } => $"{path}:SecretEnvironmentVariable is \"{variable}\"",
        { SecretFile: { } file } => $"{path}:SecretFile is \"{file}\"",
        { PublicKeyFile: { } file } => $"{path}:PublicKeyFile is \"{file}\"",
        { PublicKey: not null } => $"{path}:PublicKey",
        _ => $"{path}:Secret",
    };

    private static string? Read(SafeLlmKeyOptions key, string path, List<string> errors)
    {
        if (key.SecretFile is { } file) return FromFile(file, $"{path}:SecretFile", errors);
        if (key.PublicKeyFile is { } publicFile) return FromFile(publicFile, $"{path}:PublicKeyFile", errors);
        if (key.SecretEnvironmentVariable is not { } variable) return key.Secret ?? key.PublicKey;
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return value.Trim();
        errors.Add($"{path}:SecretEnvironmentVariable is \"{variable}\", and no such variable is set.");
        return null;
    }

    private static string? FromFile(string file, string setting, List<string> errors)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            if (text.Length > 0) return text;
            errors.Add($"{setting} is \"{file}\", and the file is empty.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{setting} is \"{file}\", and it cannot be read: {unreadable.Message}");
        }

        return null;
    }
}
