using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>Leaves what operators do in the journal, and tells the others of a key that was taken out of use.</summary>
internal sealed class OperatorRecord(VerifierStores stores, VerifierAlerts alerts, ILogger<OperatorRecord> logger)
{
    private const int LongestName = 512;

    /// <summary>Whether the journal has it. It is done by now: a store that fails must not look as if it were not.</summary>
    public async Task<bool> KeyChangedAsync(KeyAction action, string keyId, string who, DateTimeOffset now)
    {
        var id = Alert.IdOf(FormattableString.Invariant($"operator\n{action}\n{keyId}\n{now.UtcTicks}\n{who}"));
        // Whatever becomes of the journal's line, the others are told.
        if (Told(action) is { } message) await alerts.TakenOutOfUseAsync(id, keyId, message, now);
        if (stores.Stores.Journal is not { } journal) return true;
        try
        {
            await journal.AppendAsync(
                new JournalEntry { Id = "operator." + id, At = now, Outcome = JournalOutcome.OperatorAction, Action = $"key {Verb(action)} {keyId}", Operator = who[..Math.Min(who.Length, LongestName)] },
                CancellationToken.None);
            return true;
        }
        catch (Exception failure)
        {
            Log.ActionNotRecorded(logger, action, keyId, who, failure);
            return false;
        }
    }

    private static string Verb(KeyAction action) => action switch
    {
        KeyAction.Freeze => "freeze",
        KeyAction.Thaw => "thaw",
        _ => "revoke",
    };

    private static string? Told(KeyAction action) => action switch
    {
        KeyAction.Freeze => "A key was frozen by an operator",
        KeyAction.Revoke => "A key was revoked by an operator",
        _ => null,
    };
}
