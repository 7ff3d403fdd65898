using System.Collections;

namespace SafeLlm.Signing;

/// <summary>The algorithms that a process can read keys of: <c>hmac-sha256</c>, <c>ecdsa-p256-sha256</c>, and those added.</summary>
public sealed class KeyAlgorithms : IEnumerable<KeyAlgorithm>
{
    private readonly Dictionary<SignatureAlgorithm, KeyAlgorithm> _all = new()
    {
        [SignatureAlgorithm.HmacSha256] = new HmacSha256Algorithm(),
        [SignatureAlgorithm.EcdsaP256Sha256] = new EcdsaP256Algorithm(),
    };

    /// <summary>Adds an algorithm, or puts it in the place of the one there was.</summary>
    public void Add(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        _all[algorithm.Algorithm] = algorithm;
    }

    /// <summary>The algorithm, to make or read a key with.</summary>
    /// <exception cref="ArgumentException">It was not added; the message names the package.</exception>
    public KeyAlgorithm Get(SignatureAlgorithm algorithm) => _all.TryGetValue(algorithm, out var found)
        ? found
        : throw new ArgumentException($"No keys of {algorithm.Name()} can be read here. Reference the package SafeLlm.Signing.Ed25519 and add Ed25519.Algorithm.", nameof(algorithm));

    /// <summary>Reads a key by the registered name of its algorithm.</summary>
    /// <param name="keyId">Its public name.</param>
    /// <param name="algorithm">As in <c>hmac-sha256</c>.</param>
    /// <param name="text">Base64 for a shared secret, PEM for private and public keys.</param>
    /// <exception cref="ArgumentException">The name, the algorithm or the key is wrong; the message says how, and does not repeat the key.</exception>
    public SigningKey Read(string keyId, string algorithm, string text)
    {
        if (!SignatureAlgorithms.TryParse(algorithm, out var known))
        {
            throw new ArgumentException($"The algorithm \"{ComponentNames.ForMessage(algorithm)}\" is none that signs here: hmac-sha256, ecdsa-p256-sha256 or ed25519.", nameof(algorithm));
        }

        return SigningKey.Create(keyId, Get(known).Read(text));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyAlgorithm> GetEnumerator() => _all.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
