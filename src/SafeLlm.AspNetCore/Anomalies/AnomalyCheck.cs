namespace SafeLlm.AspNetCore;

/// <summary>Asks whether a call's key is still used as usual: once its nonce and hold are taken, or where its limits are full.</summary>
internal sealed class AnomalyCheck(KeyWatch watch, KeyFreezer freezer, LimitCheck limits)
{
    /// <param name="call">The call.</param>
    /// <param name="refusal">What the ledger said.</param>
    public ValueTask<Refusal?> CheckAsync(IncomingCall call, Refusal? refusal)
    {
        // Who was denied for want of room has called, too; a replay or a store that failed is no call of the key's owner.
        if (refusal is { Denials.Count: 0 }) return ValueTask.FromResult<Refusal?>(refusal);
        var frozen = call.Key is { } key && freezer.Note(key, call.Caller, call.Now) ? KeyFreezer.Refused(null) : watch.NoteRequest(call);
        return frozen is null || refusal is not null ? ValueTask.FromResult(refusal) : ReleaseAsync(call, frozen);
    }

    /// <summary>Notes a call that is refused unread because its limits are full: above the tier's rate nothing else would tell how many there are.</summary>
    /// <param name="call">The call, whose head verified.</param>
    /// <param name="refusal">What the limits said.</param>
    public Refusal? CheckPeeked(IncomingCall call, Refusal? refusal) =>
        refusal is { Denials.Count: > 0 } ? watch.NoteRefused(call) ?? refusal : refusal;

    private async ValueTask<Refusal?> ReleaseAsync(IncomingCall call, Refusal frozen)
    {
        await limits.GiveBackAsync(call);
        return frozen;
    }
}
