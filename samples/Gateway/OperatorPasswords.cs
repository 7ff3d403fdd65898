using System.Security.Cryptography;
using System.Text;

namespace Gateway;

/// <summary>The operators and the hashes of their passwords: the passwords themselves are not kept.</summary>
internal sealed class OperatorPasswords
{
    private const int Shortest = 20;

    // An unknown name costs what a known one does, and matches nothing.
    private static readonly byte[] NobodysHash = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly Dictionary<string, byte[]> hashes = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">There is no password, or one that can be guessed.</exception>
    public OperatorPasswords(IDictionary<string, SecretPlace> operators)
    {
        foreach (var (name, place) in operators)
        {
            var password = place.Read() ?? throw new InvalidOperationException($"Gateway:Operators:{name} has no password. Name a SecretFile or a SecretEnvironmentVariable that has one.");
            if (password.Length < Shortest) throw new InvalidOperationException($"The password of the operator {name} has {password.Length} characters; it needs at least {Shortest}, such as those of openssl rand -base64 24.");
            hashes[name] = Hash(password);
        }
    }

    public bool IsRight(string name, string password) => CryptographicOperations.FixedTimeEquals(Hash(password), hashes.GetValueOrDefault(name, NobodysHash));

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
