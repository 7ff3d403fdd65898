using Microsoft.Extensions.Logging;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>What the ledger and the nonces decide. A store that fails closes the door: nothing passes unlimited or unclaimed.</summary>
internal sealed class LimitCheck(VerifierSettings settings, VerifierStores stores, SettlementQueue queue, OperationIds ids, VerifierAlerts alerts, TimeProvider time, ILogger<LimitCheck> logger)
{
    private static readonly Refusal Unavailable = new(RefusalCode.StoreUnavailable, "The store of limits cannot be reached. Try again soon, signed anew.");

    private static readonly Refusal NoTier = new(RefusalCode.StoreUnavailable, "The service is not set up for this key. Ask its operator.");

    /// <summary>Refuses a caller whose limits are full. Nothing is counted: a captured request must not drain its owner's rate.</summary>
    public async ValueTask<Refusal?> PeekAsync(IncomingCall call)
    {
        call.Tier = settings.Tiers.Of(call.Key);
        if (call.Tier is null)
        {
            Log.UnknownTier(logger, call.Key?.Key.KeyId, call.Key?.Tier);
            return NoTier;
        }

        call.Limits = call.Tier.LimitsFor(call.Key, call.Caller, call.IsForAnother ? call.User : null);
        if (call.Limits.All.Length == 0) return null;
        try
        {
            // Not given up when the caller goes: a server makes a request's token when it is asked for, which most refusals are made without.
            call.States = await stores.Stores.Ledger.ReadAsync(call.Limits.All, CancellationToken.None);
        }
        catch (Exception failure) when (!call.Context.RequestAborted.IsCancellationRequested)
        {
            return Failed(failure);
        }

        List<LimitDenial>? full = null;
        for (var i = 0; i < call.States.Count; i++)
        {
            var state = call.States[i];
            if (state.Free > 0) continue;
            (full ??= []).Add(new LimitDenial(state.Limit, 1, state.Spent, state.Held, LimitRefusal.Reset(state, call.Now)));
        }

        return full is null ? null : LimitRefusal.Of(full, largestOutputBound: null);
    }

    /// <summary>Claims the nonce of a request that is refused for its content, so that the same copy cannot be tried again.</summary>
    public async ValueTask<Refusal?> ClaimAloneAsync(IncomingCall call)
    {
        if (call.Signature.Nonce is not { } nonce) return null;
        try
        {
            return Refuse(await stores.Stores.Nonces.ClaimAsync(nonce, CancellationToken.None));
        }
        catch (Exception failure)
        {
            return Failed(failure);
        }
    }

    /// <summary>Claims the nonce and takes the hold in one operation.</summary>
    public async ValueTask<Refusal?> HoldAsync(IncomingCall call)
    {
        var id = ids.Next();
        if (call.Limits.All.Length == 0)
        {
            // Nothing to hold, and nothing to settle: the nonce is all that has to be kept.
            call.Hold = new Hold(id, call.Amounts, call.Now, call.Now + settings.Options.Lease);
            return await ClaimAloneAsync(call);
        }

        call.IsHeld = true;
        var request = new HoldRequest(id, call.Limits.All, call.Amounts, settings.Options.Lease) { Nonce = call.Signature.Nonce };
        HoldResult result;
        try
        {
            // Not cancelled by the caller: an operation that is given up half-way may have held.
            result = await stores.Stores.Ledger.HoldAsync(request, CancellationToken.None);
        }
        catch (Exception failure)
        {
            await GiveUpAsync(call, id);
            return Failed(failure);
        }

        call.Hold = result.Hold;
        return result.Outcome switch
        {
            HoldOutcome.Held => null,
            HoldOutcome.Denied => LimitRefusal.Of(result.Denials, call),
            HoldOutcome.Replayed => Refuse(NonceOutcome.Replayed),
            HoldOutcome.ReplayCapacity => Refuse(NonceOutcome.Full),
            _ => Failed(new InvalidOperationException($"The ledger answered a hold with {result.Outcome}.")),
        };
    }

    /// <summary>Gives back what was held for a call that is refused all the same. Its nonce stays claimed.</summary>
    public ValueTask GiveBackAsync(IncomingCall call) => call is { IsHeld: true, Hold: { } hold } ? GiveUpAsync(call, hold.Id) : ValueTask.CompletedTask;

    // The outcome of a failed hold is unknown. Nothing will be sent for it, so what it may have taken goes back, be it once the store answers
    // again: its lease would charge its owner for it.
    private ValueTask GiveUpAsync(IncomingCall call, string id) =>
        queue.CloseAsync(new Settlement(id, new Charge(null), time.GetUtcNow(), call.Amounts, call.Limits, Quote: null, CatalogHash: "") { IsWritten = false });

    private Refusal Failed(Exception failure)
    {
        Log.StoreFailed(logger, failure);
        alerts.StoreFails(time.GetUtcNow());
        return Unavailable;
    }

    private static Refusal? Refuse(NonceOutcome outcome) => outcome switch
    {
        NonceOutcome.Claimed => null,
        NonceOutcome.Full => new Refusal(RefusalCode.ReplayCapacity, "Too many requests of this key are remembered. Send fewer, and try again soon, signed anew."),
        _ => new Refusal(RefusalCode.SignatureReplayed, "This signed request was seen before. Sign each request anew; the first copy may have run."),
    };
}
