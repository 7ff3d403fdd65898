using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard;

/// <summary>Freezes, thaws and revokes keys for operators, and leaves a line in the journal and an alert that say who did what.</summary>
internal sealed class KeyActions(KeyList keys, KeyFreezer freezer, VerifierStores stores, OperatorRecord record, TimeProvider time, ILogger<KeyActions> logger)
{
    /// <param name="action">What to do.</param>
    /// <param name="keyId">The key's public name.</param>
    /// <param name="confirmation">The name as the operator typed it once more; only what cannot be undone asks for it.</param>
    /// <param name="who">Who does it.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    public async Task<ActionResult> RunAsync(KeyAction action, string keyId, string confirmation, string who, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (keys.Read(now).FirstOrDefault(row => string.Equals(row.Key.Key.KeyId, keyId, StringComparison.Ordinal)) is not { } row)
        {
            return new ActionResult(StatusCodes.Status404NotFound, $"There is no key named {keyId}. Nothing was changed.");
        }

        if (Objection(action, row, confirmation) is { } objection) return objection;
        try
        {
            if (!await ChangeAsync(action, row, now, cancellationToken)) return new ActionResult(StatusCodes.Status404NotFound, $"The key {keyId} is in the store no more. Nothing was changed.");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.KeyNotChanged(logger, action, keyId, failure);
            return new ActionResult(
                StatusCodes.Status503ServiceUnavailable,
                action == KeyAction.Freeze
                    ? $"The store cannot be written now: {keyId} is frozen in this process only, until the store takes it, which is tried by itself; the log says why."
                    : $"The store cannot be written now: {keyId} is as it was. Try again; the log says why.");
        }

        Log.KeyChanged(logger, action, keyId, who);
        var isRecorded = await record.KeyChangedAsync(action, keyId, who, now);
        return new ActionResult(StatusCodes.Status200OK, Done(action, row) + (isRecorded ? "" : " The journal could not be written: the log has who did it."));
    }

    private static ActionResult? Objection(KeyAction action, KeyRow row, string confirmation)
    {
        var keyId = row.Key.Key.KeyId;
        return (action, row.State) switch
        {
            (_, KeyState.Revoked) => new(StatusCodes.Status409Conflict, $"The key {keyId} is revoked already, for good."),
            (KeyAction.Freeze, KeyState.Frozen) when row.RestsUntil is null => new(StatusCodes.Status409Conflict, $"The key {keyId} is frozen already."),
            (KeyAction.Thaw, not KeyState.Frozen) => new(StatusCodes.Status409Conflict, $"The key {keyId} is not frozen."),
            (KeyAction.Thaw, _) when !row.IsStored && row.Key.FrozenAt is not null => new(StatusCodes.Status409Conflict, $"The key {keyId} is in the application's configuration and frozen in the store as well: thaw it there, with \"safellm keys thaw {keyId}\"."),
            (KeyAction.Revoke, _) when !row.IsStored => new(
                StatusCodes.Status409Conflict,
                $"The key {keyId} is in the application's configuration, which this page does not write: set its RevokedAt there, or take it out. Freezing it holds until it is thawed."),
            (KeyAction.Revoke, _) when !string.Equals(confirmation, keyId, StringComparison.Ordinal) => new(StatusCodes.Status400BadRequest, $"Revoking cannot be undone, so the key's name is typed once more: {keyId}. Nothing was changed."),
            _ => null,
        };
    }

    private async Task<bool> ChangeAsync(KeyAction action, KeyRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keyId = row.Key.Key.KeyId;
        var registry = row.IsStored ? stores.Stores.Keys as IKeyRegistry : null;
        switch (action)
        {
            case KeyAction.Freeze:
                await freezer.FreezeAsync(registry, keyId, now, cancellationToken);
                return true;
            case KeyAction.Thaw:
                await freezer.ThawAsync(registry, keyId, cancellationToken);
                return true;
            default:
                return registry is not null && await registry.RevokeAsync(keyId, now, cancellationToken);
        }
    }

    private static string Done(KeyAction action, KeyRow row) => (action, row.IsStored) switch
    {
        (KeyAction.Freeze, true) => $"The key {row.Key.Key.KeyId} is frozen.",
        (KeyAction.Freeze, false) => $"The key {row.Key.Key.KeyId} is frozen until it is thawed; a restart forgets that only where the stores are in memory. It is in the configuration, where it should be ended.",
        (KeyAction.Thaw, _) => $"The key {row.Key.Key.KeyId} passes again.",
        _ => $"The key {row.Key.Key.KeyId} is revoked for good.",
    };
}
