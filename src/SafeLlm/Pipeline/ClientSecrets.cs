using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>The provider's key, and the keys to sign with: one snapshot, replaced as a whole.</summary>
internal sealed class ClientSecrets
{
    private readonly ClientSigningKey[] keys;

    public ClientSecrets(SafeLlmClientOptions options)
    {
        ApiKey = options.ApiKey;
        keys = options.SigningKey is { } single ? [new ClientSigningKey(single), .. options.SigningKeys] : [.. options.SigningKeys];
    }

    public string? ApiKey { get; }

    public bool CanSign => keys.Length > 0;

    /// <summary>The newest of the keys that are valid now; null where none is.</summary>
    public SigningKey? At(DateTimeOffset now)
    {
        if (keys is [{ NotBefore: null, NotAfter: null, Key: var only }]) return only;

        ClientSigningKey? newest = null;
        foreach (var key in keys)
        {
            if (key.NotBefore > now || key.NotAfter <= now) continue;
            if (newest is null || (key.NotBefore ?? DateTimeOffset.MinValue) >= (newest.NotBefore ?? DateTimeOffset.MinValue)) newest = key;
        }

        return newest?.Key;
    }
}
