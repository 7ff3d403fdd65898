using SafeLlm.Limits;
using SafeLlm.Pipeline;
using SafeLlm.Scopes;

namespace SafeLlm.Holds;

/// <summary>
/// Takes a hold for each attempt that may become a bill of its own. An attempt inherits the hold of one that surely was not
/// billed.
/// </summary>
internal sealed class HoldStage(ClientRuntime runtime) : Stage
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(15);

    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        call.Outcome = default;
        call.Wait = null;
        var taking = call.Hold is { } inherited ? InheritAsync(call, inherited, cancellationToken) : TakeAsync(call, cancellationToken);
        return taking.IsCompletedSuccessfully ? Next.SendAsync(call, cancellationToken) : GoOnAsync(taking, call, cancellationToken);
    }

    private async ValueTask<HttpResponseMessage> GoOnAsync(ValueTask taking, Call call, CancellationToken cancellationToken)
    {
        await taking.ConfigureAwait(false);
        return await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask InheritAsync(Call call, AttemptHold inherited, CancellationToken cancellationToken)
    {
        if (await inherited.RenewAsync(call.Report.Attempts + 1, cancellationToken).ConfigureAwait(false)) return;

        // Its lease has ended, and it was charged; settling it corrects that, and the attempt takes a hold of its own.
        await inherited.CloseUnbilledAsync().ConfigureAwait(false);
        call.Hold = null;
        await TakeAsync(call, cancellationToken).ConfigureAwait(false);
    }

    // Where the ledger answers at once, as one in memory does, no step of it costs a task.
    private ValueTask TakeAsync(Call call, CancellationToken cancellationToken)
    {
        var attempt = call.Report.Attempts + 1;
        if (runtime.Settings.MaxPerCall is { } most && call.Report.Cost + call.Amounts.Cost > most)
        {
            runtime.Refuse(call, Denials.OverCall(call, most, attempt), inner: call.LastFailure);
        }

        var lease = LeaseFor(call, attempt);
        ScopeChain.Hold(runtime, call, attempt);
        if (call.Limits.Count == 0 || call.IsUncounted)
        {
            call.Hold = new AttemptHold(runtime, call, null, lease, attempt);
            return ValueTask.CompletedTask;
        }

        var request = new HoldRequest(AttemptHold.IdOf(call, attempt), call.Limits, call.Amounts, lease);
        var asking = Ask(call, request, cancellationToken);
        if (!asking.IsCompletedSuccessfully) return TakeAsync(call, attempt, request, asking, cancellationToken);

        var result = asking.Result;
        if (result is not { Outcome: HoldOutcome.Held, Hold: { } hold }) return TakeAsync(call, attempt, request, ValueTask.FromResult(result), cancellationToken);
        call.Hold = new AttemptHold(runtime, call, hold.Id, lease, attempt);
        return ValueTask.CompletedTask;
    }

    private async ValueTask TakeAsync(Call call, int attempt, HoldRequest request, ValueTask<HoldResult> asking, CancellationToken cancellationToken)
    {
        try
        {
            var result = await AnsweredAsync(request, asking).ConfigureAwait(false);
            var id = result is { Outcome: HoldOutcome.Held, Hold: { } hold } ? hold.Id : await DeniedAsync(call, attempt, request, result, cancellationToken).ConfigureAwait(false);
            call.Hold = new AttemptHold(runtime, call, id, request.Lease, attempt);
        }
        catch (SafeLlmException failure) when (runtime.PassesOver(failure))
        {
            runtime.PassOver(call, failure);
            call.Hold = new AttemptHold(runtime, call, null, request.Lease, attempt);
        }
        catch
        {
            ScopeChain.Forget(call);
            throw;
        }
    }

    // Never throws by itself: what is wrong is in the answer.
    private ValueTask<HoldResult> Ask(Call call, HoldRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return runtime.Waiting is { } waiting
                ? waiting.GuardedHoldOrWaitAsync(request, WaitsUntil(call), cancellationToken)
                : runtime.Ledger.GuardedHoldAsync(request, cancellationToken);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException<HoldResult>(failure);
        }
    }

    private async ValueTask<HoldResult> AnsweredAsync(HoldRequest request, ValueTask<HoldResult> asking)
    {
        var shadowed = runtime.Settings.Shadow && !asking.IsCompleted ? asking.AsTask() : null;
        try
        {
            var result = shadowed is null ? await asking.ConfigureAwait(false) : await ShadowPatience.InTimeAsync(shadowed, runtime.Time).ConfigureAwait(false);
            return result.Outcome is HoldOutcome.Held or HoldOutcome.Denied
                ? result
                : throw new InvalidOperationException($"The ledger answered {result.Outcome} to a hold without a nonce.");
        }
        catch (Exception)
        {
            // Whether the store took it is not known; nothing was sent, so nothing may stay held.
            if (shadowed is { IsCompleted: false }) _ = ReleaseAfterAsync(shadowed, request.OperationId);
            else await runtime.Settler.ReleaseAsync(request.OperationId, null).ConfigureAwait(false);
            throw;
        }
    }

    // The call has gone on uncounted. Released before the store has answered, a hold that it takes after all would stay to the end of its
    // lease, and be charged in full.
    private async Task ReleaseAfterAsync(Task asking, string operationId)
    {
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await runtime.Settler.ReleaseAsync(operationId, null).ConfigureAwait(false);
    }

    private DateTimeOffset WaitsUntil(Call call)
    {
        var until = runtime.Time.GetUtcNow() + runtime.Settings.MaxWait;
        var last = runtime.LastWait(call);
        return until < last ? until : last;
    }

    // Throws; in shadow mode only counts, at caps as high as this call needs. Null where even those do not hold it.
    private async ValueTask<string?> DeniedAsync(Call call, int attempt, HoldRequest request, HoldResult denied, CancellationToken cancellationToken)
    {
        var now = runtime.Time.GetUtcNow();
        var refusal = Denials.ToRefusal(call, denied.Denials, attempt, now);
        runtime.Refuse(call, refusal, refusal.RoomAt is { } room && room > now ? room - now : null, call.LastFailure);

        var caps = request.Limits.ToArray();
        for (var tries = 0; ; tries++)
        {
            foreach (var denial in denied.Denials)
            {
                var raised = tries < 4 ? denial.Spent + denial.Held + denial.Asked : 1L << 53;
                var index = Array.FindIndex(caps, limit => limit.SharesCounterWith(denial.Limit));
                if (index >= 0) caps[index] = caps[index].WithCap(Math.Min(raised, 1L << 53));
            }

            var raisedRequest = request with { Limits = caps };
            denied = await AnsweredAsync(raisedRequest, Ask(call, raisedRequest, cancellationToken)).ConfigureAwait(false);
            if (denied is { Outcome: HoldOutcome.Held, Hold: { } hold }) return hold.Id;
            if (tries == 8) return null;
        }
    }

    // Long enough for the whole call, so that only very long ones have to extend it; a process that dies frees its amounts by then.
    private TimeSpan LeaseFor(Call call, int attempt)
    {
        // The first attempt has all of the call's time before it.
        var needed = (attempt == 1 ? runtime.Settings.Timeout : call.Deadline - runtime.Time.GetUtcNow()) + Slack;
        return needed < LongestLease ? needed : LongestLease;
    }
}
