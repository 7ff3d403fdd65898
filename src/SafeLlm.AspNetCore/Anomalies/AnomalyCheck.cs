namespace SafeLlm.AspNetCore;

/// <summary>Asks, once a call's nonce and hold are taken, whether its key is still used as usual.</summary>
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

    private async ValueTask<Refusal?> ReleaseAsync(IncomingCall call, Refusal frozen)
    {
        await limits.GiveBackAsync(call);
        return frozen;
    }
}
