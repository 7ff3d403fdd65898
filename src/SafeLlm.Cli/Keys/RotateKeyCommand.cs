using System.Buffers.Text;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys rotate</c>: a key that follows another, which goes on for the overlap.</summary>
internal static class RotateKeyCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("old") { Description = "The key that is followed." };
        var next = new Argument<string>("new") { Description = "The new key's name: never one that was used before." };
        var overlap = new Option<double?>("--overlap-days") { Description = "How many days the old key still passes; 7 unless given." };
        var days = new Option<double?>("--days") { Description = "How many days the new key lives; 90 unless given." };
        var output = new SecretOutput();
        var store = new StoreOption(isRequired: true);
        var command = new Command("rotate", "Makes a key for the same owner and scopes, and lets the old one end after the overlap.") { old, next, overlap, days };
        output.AddTo(command);
        store.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var (life, switching) = (Days(days, parsed.GetValue(days)), Days(overlap, parsed.GetValue(overlap)));
            if (life == TimeSpan.Zero) throw new CommandFailedException("A key lives for more than 0 days; --days is 0.");
            using var keys = store.OpenRequired(parsed);
            var keyId = parsed.GetRequiredValue(old);
            var followed = await keys.FindAsync(keyId, cancellationToken) ?? throw new CommandFailedException($"There is no key {keyId} in the store.");
            if (followed.RevokedAt is not null || followed.FrozenAt is not null || followed.NotAfter <= TimeProvider.System.GetUtcNow())
            {
                throw new CommandFailedException($"The key {keyId} is revoked, frozen or at its end: make a new one with \"safellm keys new\", which inherits nothing from it.");
            }

            var name = parsed.GetRequiredValue(next);
            // Clients of the compatibility profile take their secret for a text.
            var key = followed.Profile == SignatureProfile.SeedV0
                ? SigningKey.Seed(name, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)))
                : SigningKey.Create(name, CliKeys.Algorithms.Get(followed.Key.Algorithm).Generate());
            await keys.ThrowIfUsedAsync(key.KeyId, cancellationToken);
            var secret = output.Write(parsed, key, followed.Profile);
            var issued = await secret.KeepAsync(keys, issuer => issuer.RotateAsync(keyId, key, life, switching, cancellationToken));
            secret.Tell(parsed, isInStore: true);
            var end = (await keys.FindAsync(keyId, cancellationToken))!.NotAfter;
            await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.KeyId} lives until {issued.NotAfter:yyyy-MM-dd HH:mm} UTC. Let its client switch: {keyId} ends at {end:yyyy-MM-dd HH:mm} UTC."));
        });
        return command;
    }

    private static TimeSpan? Days(Option<double?> option, double? count) => count switch
    {
        null => null,
        >= 0 and <= 36_500 => TimeSpan.FromDays(count.Value),
        _ => throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {count}; give 0 to 36500 days.")),
    };
}
