namespace SafeLlm.AspNetCore;

/// <summary>
/// Decides whether a request is let through. The order is a safety property (signing profile, A7): cheapest refusal first, nothing
/// counted before the caller is known, no nonce claimed before signature and digest hold.
/// </summary>
internal sealed class Admission(HeadCheck head, ContentSlots slots, ContentCheck content, CallCheck reading, LimitCheck limits, KeyWatch watch, AnomalyCheck anomalies)
{
    /// <summary>What the head tells: nothing of it waits for anything, so that strangers are turned away with the least that can be done.</summary>
    public Refusal? CheckHead(IncomingCall call) =>
        // a request for another host is none of ours, whoever signed it
        head.CheckTarget(call)
        // what declares itself too large is not read
        ?? head.CheckDeclaredLength(call)
        // from headers alone; from here on the caller is known
        ?? head.CheckSignature(call)
        // a key is good for what it was issued for
        ?? head.CheckKey(call)
        // a key that is slowed waits before it costs more
        ?? watch.CheckSlowed(call)
        // what was signed before a start that forgot the nonces may be a second copy
        ?? head.CheckRestart(call);

    /// <summary>Goes on with a call whose head is sound.</summary>
    public async ValueTask<Refusal?> AdmitAsync(IncomingCall call)
    {
        var refusal =
            // a caller without room is not worth reading; no limit counts it, or a captured request could drain its owner's rate
            (call.IsSeed ? null : anomalies.CheckPeeked(call, await limits.PeekAsync(call)))
            // from headers alone too, and told to nobody but the key's owner
            ?? ContentCheck.CheckType(call)
            // what is being read takes memory and no hold yet
            ?? slots.Enter(call)
            // only now do strangers' bytes cost us memory, and 100-continue goes out
            ?? await content.ReadAsync(call)
            // nothing is parsed that was not signed
            ?? (call.IsSeed ? await ProveAsync(call) : content.CheckDigest(call))
            // a body may take minutes; a key may be revoked in them
            ?? head.CheckKeyAgain(call);
        ContentSlots.Leave(call);
        if (refusal is not null) return refusal;

        // Pure work before the one operation that changes state. What is refused here was genuine, so its nonce is used up all the
        // same: the same copy must not be tried until a limit or a tier changes.
        refusal = await content.DecodeAsync(call)
            ?? reading.Check(call)
            // what has to be waited for is asked last, and for nobody who is refused anyway
            ?? await reading.AskAsync(call);
        if (refusal is not null) return await limits.ClaimAloneAsync(call) ?? refusal;

        // in one operation: a nonce without a hold or a hold without a nonce would let a copy through or a caller starve
        refusal = await limits.HoldAsync(call);

        // last: what counts as its key's usage is known to be no copy, or a copy could freeze its owner
        return await anomalies.CheckAsync(call, refusal);
    }

    /// <summary>The compatibility profile signs the content alone: what is asked of a caller who is known from the head is asked here.</summary>
    private async ValueTask<Refusal?> ProveAsync(IncomingCall call) =>
        head.CheckSeed(call)
        ?? head.CheckKey(call)
        ?? watch.CheckSlowed(call)
        ?? head.CheckRestart(call)
        ?? anomalies.CheckPeeked(call, await limits.PeekAsync(call));
}
