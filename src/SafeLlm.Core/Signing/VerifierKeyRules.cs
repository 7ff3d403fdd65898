namespace SafeLlm.Signing;

/// <summary>
/// What no record of a key may say, wherever it is kept. An empty list means "all": an entry that is empty, as of a variable that was not
/// set, must not become one on its way through a store. Nor may an empty name be somebody's: all who have it would be one.
/// </summary>
internal static class VerifierKeyRules
{
    private const string Path = "give a path with its first slash, e.g. /v1/chat/completions or /v1/*";
    private const string Model = "give the name of a model, or its beginning with a star, e.g. gpt-4o*";

    /// <summary>A sentence for each error, which begins with the member's name.</summary>
    public static IReadOnlyList<string> Errors(VerifierKey key)
    {
        var errors = new List<string>();
        foreach (var endpoint in key.Endpoints)
        {
            if (Wrong(endpoint) is { } wrong) errors.Add($"Endpoints has an entry that {wrong}; {Path}.");
            else if (!endpoint.StartsWith('/')) errors.Add($"Endpoints has \"{endpoint}\", which no path begins with; {Path}.");
        }

        errors.AddRange(key.Models.Select(Wrong).OfType<string>().Select(wrong => $"Models has an entry that {wrong}; {Model}."));
        foreach (var (member, text) in new[] { ("Client", key.Client), ("User", key.User), ("Tenant", key.Tenant), ("Device", key.Device), ("Tier", key.Tier) })
        {
            if (text is not null && Wrong(text) is { } wrong) errors.Add($"{member} {wrong}; give a name, or leave it out.");
        }

        return errors;
    }

    /// <exception cref="ArgumentException">The record has errors.</exception>
    public static void ThrowIfWrong(VerifierKey key)
    {
        if (Errors(key) is { Count: > 0 } errors) throw new ArgumentException($"The key {key.Key.KeyId} cannot be kept: {string.Join(' ', errors)}");
    }

    // What is not repeated here: it would be as unreadable there.
    private static string? Wrong(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "is empty"
        : text.Any(char.IsControl) ? $"has a control character (U+{(int)text.First(char.IsControl):X4})"
        : null;
}
