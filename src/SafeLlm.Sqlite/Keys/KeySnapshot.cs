using System.Collections.Frozen;
using SafeLlm.Signing;

namespace SafeLlm.Sqlite.Keys;

/// <summary>All keys of a file as they were at one instant.</summary>
/// <param name="Version">The version of the keys in the file.</param>
/// <param name="Keys">By name.</param>
internal sealed record KeySnapshot(long Version, FrozenDictionary<string, VerifierKey> Keys)
{
    public static KeySnapshot Of(long version, IEnumerable<VerifierKey> keys) => new(version, keys.ToFrozenDictionary(key => key.Key.KeyId, StringComparer.Ordinal));
}
