using System.CommandLine;
using SafeLlm.Redis;
using SafeLlm.Signing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Keys;

/// <summary>The secret of a new key, which was written before its key is anywhere. What becomes of it is known once the store has answered.</summary>
/// <param name="key">The key.</param>
/// <param name="path">The file with the secret; null where it was printed.</param>
/// <param name="publicPath">The file with the public half, where there is one.</param>
internal sealed class WrittenSecret(SigningKey key, string? path, string? publicPath)
{
    /// <summary>Lets a store take the key. Where it refuses, the files are gone again: a secret that opens nothing must not look like one that does.</summary>
    /// <exception cref="CommandFailedException">Nobody knows whether the key is in the store; the files are kept.</exception>
    public async Task<VerifierKey> KeepAsync(StoredKeys keys, Func<KeyIssuer, ValueTask<VerifierKey>> take)
    {
        try
        {
            return await take(new KeyIssuer(keys.Registry, TimeProvider.System));
        }
        catch (Exception failure) when (failure is SqliteStoreException or RedisStoreException or OperationCanceledException)
        {
            throw new CommandFailedException($"{failure.Message} {key.KeyId} may be in the store all the same: {(path is null ? "keep the secret that was printed" : $"its secret is kept in {path}")} until \"safellm keys list\" has shown whether it is.");
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            Delete();
            throw;
        }
    }

    /// <summary>Says where the secret is, and who needs it.</summary>
    public void Tell(ParseResult parsed, bool isInStore)
    {
        if (path is null) return;
        var standard = parsed.InvocationConfiguration.Output;
        standard.WriteLine((publicPath, isInStore) switch
        {
            (null, true) => $"The secret of {key.KeyId} is in {path}. Give its path as SecretFile on the client; the verifier has it from the store.",
            (null, false) => $"The secret of {key.KeyId} is in {path}. Give its path as SecretFile, on the client and at the verifier.",
            (_, true) => $"The private key of {key.KeyId} is in {path}: it is the client's alone. The verifier has the public key from the store; it is in {publicPath} as well.",
            (_, false) => $"The private key of {key.KeyId} is in {path}: it is the client's alone. The verifier's PublicKeyFile is {publicPath}.",
        });
    }

    /// <summary>Prints what the verifier's configuration says of a key that is in no store: its owner, its scopes and its end are nowhere else.</summary>
    public void TellEntry(ParseResult parsed, VerifierKey record)
    {
        (string, string)? place = (path, publicPath, key.Algorithm) switch
        {
            (_, { } file, _) => ("PublicKeyFile", file),
            ({ } file, null, _) => ("SecretFile", file),
            (null, null, SignatureAlgorithm.HmacSha256) => null,
            _ => ("PublicKey", key.ExportPublicPem()),
        };
        // Where the secret is printed, nothing else is, for a script to take it.
        var output = path is null ? parsed.InvocationConfiguration.Error : parsed.InvocationConfiguration.Output;
        output.WriteLine($"Its entry in the verifier's Keys, with which it lives until {record.NotAfter:yyyy-MM-dd HH:mm} UTC{(place is null ? "; add SecretFile or SecretEnvironmentVariable" : "")}:");
        output.WriteLine(ConfiguredKey.Write(record, place));
    }

    private void Delete()
    {
        if (path is not null) File.Delete(path);
        if (publicPath is not null) File.Delete(publicPath);
    }
}
