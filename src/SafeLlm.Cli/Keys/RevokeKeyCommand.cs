using System.CommandLine;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys revoke</c> and <c>thaw</c>: end a key now, or let one that was frozen go on.</summary>
internal static class RevokeKeyCommand
{
    public static Command Create() => Create(
        "revoke",
        "Revokes a key: every server that shares the store refuses it within a second. There is no way back.",
        (keys, keyId, cancellationToken) => keys.Registry.RevokeAsync(keyId, TimeProvider.System.GetUtcNow(), cancellationToken),
        "is revoked.");

    public static Command CreateThaw() => Create(
        "thaw",
        "Lets a key go on that was frozen because it was used from far more networks, or far more, than before.",
        ThawAsync,
        "is no longer frozen.");

    // A freeze for a while is no matter of the key's record, and keys of the configuration have none.
    private static async ValueTask<bool> ThawAsync(StoredKeys keys, string keyId, CancellationToken cancellationToken)
    {
        var scope = $"key:{keyId}";
        var isLockedOut = (await keys.LockOuts.ReadAsync(cancellationToken)).Any(lockOut => lockOut.Scope == scope);
        await keys.LockOuts.EndAsync(scope, cancellationToken);
        return await keys.Registry.FreezeAsync(keyId, null, cancellationToken) || isLockedOut;
    }

    private static Command Create(string name, string description, Func<StoredKeys, string, CancellationToken, ValueTask<bool>> change, string done)
    {
        var keyId = new Argument<string>("keyid") { Description = "The key's name." };
        var store = new StoreOption(isRequired: true);
        var command = new Command(name, description) { keyId };
        store.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            using var keys = store.OpenRequired(parsed);
            var asked = parsed.GetRequiredValue(keyId);
            if (!await change(keys, asked, cancellationToken)) throw new CommandFailedException($"There is no key {asked} in the store.");
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{asked} {done}");
        });
        return command;
    }
}
