using System.CommandLine;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys import</c>: takes a key into a store that somebody else made: a public key, or a shared secret.</summary>
internal static class ImportKeyCommand
{
    public static Command Create()
    {
        var keyId = new Argument<string>("keyid") { Description = "The key's public name; for seed-v0, the API key." };
        var algorithm = new Option<string>("--alg") { Description = "hmac-sha256, ecdsa-p256-sha256 or ed25519.", DefaultValueFactory = _ => "hmac-sha256" };
        var profile = new Option<string>("--profile") { Description = "safellm-v1; or seed-v0 for a client of old, which needs --endpoint.", DefaultValueFactory = _ => "safellm-v1" };
        profile.AcceptOnlyFromAmong("safellm-v1", SeedSignature.Profile);
        var secret = new SecretSource("secret", "the secret in base64, the text of a seed-v0 secret, or a key as PEM");
        var owner = new OwnerOptions();
        var store = new StoreOption(isRequired: true);
        var command = new Command("import", "Takes a key into a store. Of a key pair, the public half is all that is kept.") { keyId, algorithm, profile };
        secret.AddTo(command);
        store.AddTo(command);
        owner.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            using var keys = store.OpenRequired(parsed);
            var name = parsed.GetRequiredValue(keyId);
            var text = await secret.ReadAsync(parsed);
            var isSeed = parsed.GetValue(profile) == SeedSignature.Profile;
            var key = isSeed ? SigningKey.Seed(name, text) : CliKeys.Algorithms.Read(name, parsed.GetValue(algorithm)!, text);
            var record = owner.Of(parsed, key, isSeed ? SignatureProfile.SeedV0 : SignatureProfile.SafeLlmV1);
            var issued = await new KeyIssuer(keys.Registry, TimeProvider.System).IssueAsync(record, owner.Life(parsed), cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{name} is in the store and lives until {issued.NotAfter:yyyy-MM-dd HH:mm} UTC.");
        });
        return command;
    }
}
