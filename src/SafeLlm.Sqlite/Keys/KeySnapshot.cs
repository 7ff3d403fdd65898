using System.Collections.Frozen;
using SafeLlm.Signing;

namespace SafeLlm.Sqlite.Keys;

/// <summary>All keys of a file as they were at one instant.</summary>
/// <param name="Version">The version of the keys in the file.</param>
/// <param name="Keys">By name.</param>
/// <param name="Faults">What is wrong with those that do not open.</param>
internal sealed record KeySnapshot(long Version, FrozenDictionary<string, VerifierKey> Keys, IReadOnlyList<string> Faults)
{
    /// <summary>Before the first look.</summary>
    public static KeySnapshot None { get; } = Of(-1, [], []);

    public static KeySnapshot Of(long version, IEnumerable<VerifierKey> keys, IReadOnlyList<string> faults) =>
        new(version, keys.ToFrozenDictionary(key => key.Key.KeyId, StringComparer.Ordinal), faults);
}
