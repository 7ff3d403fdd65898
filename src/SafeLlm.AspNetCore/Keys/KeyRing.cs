using System.Collections.Frozen;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>The keys of the configuration, read once and never changed: a whole request sees one state of them.</summary>
internal static class KeyRing
{
    public static FrozenDictionary<string, VerifierKey> Load(SafeLlmVerifierOptions options, List<string> errors)
    {
        var keys = new Dictionary<string, VerifierKey>(StringComparer.Ordinal);
        for (var i = 0; i < options.Keys.Count; i++)
        {
            var key = options.Keys[i];
            var path = OptionPath.Of(options, "Keys", i);
            if (KeySecret.Load(key, options.KeyAlgorithms, path, errors) is not { } secret) continue;
            if (keys.ContainsKey(key.KeyId))
            {
                errors.Add($"{path}:KeyId is \"{key.KeyId}\", which an earlier key has already; a name is never used twice.");
                continue;
            }

            keys[key.KeyId] = Record(key, secret);
        }

        return keys.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A key with all that its options say besides its secret.</summary>
    public static VerifierKey Record(SafeLlmKeyOptions key, SigningKey secret) => new(secret)
    {
        NotBefore = key.NotBefore,
        NotAfter = key.NotAfter,
        RevokedAt = key.RevokedAt,
        Profile = key.Profile,
        Client = key.Client,
        User = key.User,
        Tenant = key.Tenant,
        Device = key.Device,
        Tier = key.Tier,
        ActsForUsers = key.ActsForUsers,
        Endpoints = [.. key.Endpoints],
        Models = [.. key.Models],
    };
}
