using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The name of a user among those of all clients, for limits and for what it has at the provider: another client's user of the same name is
/// another user.
/// </summary>
internal static class UserName
{
    /// <summary>The user whose own the key is.</summary>
    public static string OfOwner(VerifierKey key) => key.Client is { Length: > 0 } client ? Of(client, key.User!) : "user:" + Part(key.User!);

    /// <summary>A user that the key acts for.</summary>
    public static string OfOther(VerifierKey key, string user) => Of(key.Client is { Length: > 0 } client ? client : key.Key.KeyId, user);

    private static string Of(string client, string user) => $"user:{Part(client)}/{user}";

    // The first slash ends the client.
    private static string Part(string name) =>
        name.AsSpan().IndexOfAny('/', '%') < 0 ? name : name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
