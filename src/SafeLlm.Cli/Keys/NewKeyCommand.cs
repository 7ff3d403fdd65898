using System.CommandLine;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys new</c>: a new random key, its secret in a file that only its owner can read, and its record in the store or, without one, for the configuration.</summary>
internal static class NewKeyCommand
{
    public static Command Create()
    {
        var keyId = new Argument<string>("keyid") { Description = "The key's public name, e.g. acme.shop.2026-11: 1 to 128 characters of A-Z a-z 0-9 . _ : ~ -" };
        var algorithm = new Option<string>("--alg") { Description = "hmac-sha256; or ecdsa-p256-sha256 or ed25519, of which the server holds the public key only.", DefaultValueFactory = _ => "hmac-sha256" };
        var owner = new OwnerOptions();
        var output = new SecretOutput();
        var store = new StoreOption(isRequired: false);
        var command = new Command("new", "Makes a key. With --store, the server that shares the store takes it within a second; without, its entry for the verifier's configuration is printed.") { keyId, algorithm };
        output.AddTo(command);
        store.AddTo(command);
        owner.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var key = SigningKey.Create(parsed.GetRequiredValue(keyId), CliKeys.Generate(parsed.GetValue(algorithm)!));
            var (record, life) = (owner.Of(parsed, key), owner.Life(parsed));
            using var keys = store.Open(parsed);
            if (keys is not null) await keys.ThrowIfUsedAsync(key.KeyId, cancellationToken);
            var secret = output.Write(parsed, key);
            var issued = keys is null ? null : await secret.KeepAsync(keys, issuer => issuer.IssueAsync(record, life, cancellationToken));
            secret.Tell(parsed, isInStore: issued is not null);
            if (issued is null)
            {
                secret.TellEntry(parsed, record with { NotAfter = TimeProvider.System.GetUtcNow() + (life ?? KeyIssuer.DefaultLife) });
                return;
            }

            await parsed.InvocationConfiguration.Error.WriteLineAsync($"{key.KeyId} is in the store and lives until {issued.NotAfter:yyyy-MM-dd HH:mm} UTC.");
        });
        return command;
    }
}
