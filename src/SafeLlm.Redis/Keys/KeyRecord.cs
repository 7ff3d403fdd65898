using SafeLlm.Signing;

namespace SafeLlm.Redis;

/// <summary>What the server keeps of a key and never changes. When it ends stands beside it.</summary>
internal sealed record KeyRecord
{
    public required string Algorithm { get; init; }

    public required SignatureProfile Profile { get; init; }

    public required bool IsPublic { get; init; }

    public required byte[] Material { get; init; }

    public long? NotBefore { get; init; }

    public string? Client { get; init; }

    public string? User { get; init; }

    public string? Tenant { get; init; }

    public string? Device { get; init; }

    public string? Tier { get; init; }

    public bool ActsForUsers { get; init; }

    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public static KeyRecord Of(VerifierKey key, StoredMaterial material) => new()
    {
        Algorithm = key.Key.Algorithm.Name(),
        Profile = key.Profile,
        IsPublic = material.IsPublic,
        Material = material.Bytes.ToArray(),
        NotBefore = key.NotBefore is { } from ? RedisInstant.Of(from) : null,
        Client = key.Client,
        User = key.User,
        Tenant = key.Tenant,
        Device = key.Device,
        Tier = key.Tier,
        ActsForUsers = key.ActsForUsers,
        Endpoints = [.. key.Endpoints],
        Models = [.. key.Models],
    };

    /// <summary>The key, without the instants at which it ends.</summary>
    /// <exception cref="ArgumentException">It has an algorithm that is not known here, or its material is none.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Its secret does not open.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to open its secret with.</exception>
    public VerifierKey ToKey(string keyId, KeyRecords records)
    {
        if (!SignatureAlgorithms.TryParse(Algorithm, out var algorithm)) throw new ArgumentException($"The key {keyId} has an algorithm that this version does not know.");
        return new VerifierKey(records.Open(keyId, algorithm, Profile, Client, new StoredMaterial(IsPublic, Material)))
        {
            Profile = Profile,
            NotBefore = NotBefore is { } from ? RedisInstant.ToInstant(from) : null,
            Client = Client,
            User = User,
            Tenant = Tenant,
            Device = Device,
            Tier = Tier,
            ActsForUsers = ActsForUsers,
            Endpoints = Endpoints,
            Models = Models,
        };
    }
}
