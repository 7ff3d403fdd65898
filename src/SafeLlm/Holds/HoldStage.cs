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
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(15);

    // Other processes give back, too, and say so to nobody here.

    public override Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        call.Outcome = default;
        call.Wait = null;
        var taking = TakeAsync(call, cancellationToken);
        return taking.IsCompletedSuccessfully ? Next.SendAsync(call, cancellationToken) : GoOnAsync(taking, call, cancellationToken);
    }

    private async Task<HttpResponseMessage> GoOnAsync(ValueTask taking, Call call, CancellationToken cancellationToken)
    {
        await taking.ConfigureAwait(false);
        return await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(Call call, CancellationToken cancellationToken)
    {
        var attempt = call.Report.Attempts + 1;
        if (call.Hold is { } inherited)
        {
            if (await inherited.RenewAsync(attempt, cancellationToken).ConfigureAwait(false)) return;

            // Its lease has ended, and it was charged; settling it corrects that, and the attempt takes a hold of its own.
            await inherited.CloseUnbilledAsync().ConfigureAwait(false);
            call.Hold = null;
        }

        if (runtime.Settings.MaxPerCall is { } most && call.Report.Cost + call.Amounts.Cost > most)
        {
            runtime.Refuse(call, Denials.OverCall(call, most, attempt), inner: call.LastFailure);
        }

        var lease = LeaseFor(call);
        ScopeChain.Hold(runtime, call, attempt);
        string? id = null;
        try
        {
            if (call.Limits.Count > 0) id = await HoldAsync(call, attempt, lease, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            ScopeChain.Settle(call, default);
            throw;
        }

        call.Hold = new AttemptHold(runtime, call, id, lease, attempt);
    }

    private async ValueTask<string> HoldAsync(Call call, int attempt, TimeSpan lease, CancellationToken cancellationToken)
    {
        var request = new HoldRequest(AttemptHold.IdOf(call, attempt), call.Limits, call.Amounts, lease);
        var result = await AskAsync(call, request, cancellationToken).ConfigureAwait(false);
        if (result is { Outcome: HoldOutcome.Held, Hold: { } hold }) return hold.Id;
        return await DeniedAsync(call, attempt, request, result, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<HoldResult> AskAsync(Call call, HoldRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var result = runtime.Waiting is { } waiting
                ? await waiting.GuardedHoldOrWaitAsync(request, WaitsUntil(call), cancellationToken).ConfigureAwait(false)
                : await runtime.Ledger.GuardedHoldAsync(request, cancellationToken).ConfigureAwait(false);
            return result.Outcome is HoldOutcome.Held or HoldOutcome.Denied
                ? result
                : throw new InvalidOperationException($"The ledger answered {result.Outcome} to a hold without a nonce.");
        }
        catch (Exception)
        {
            // Whether the store took it is not known; nothing was sent, so nothing may stay held.
            await runtime.Settler.ReleaseAsync(request.OperationId, null).ConfigureAwait(false);
            throw;
        }
    }

    private DateTimeOffset WaitsUntil(Call call)
    {
        var until = runtime.Time.GetUtcNow() + runtime.Settings.MaxWait;
        return until < call.Deadline ? until : call.Deadline;
    }

    // Throws; in shadow mode only counts, at caps as high as this call needs.
    private async ValueTask<string> DeniedAsync(Call call, int attempt, HoldRequest request, HoldResult denied, CancellationToken cancellationToken)
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

            denied = await AskAsync(call, request with { Limits = caps }, cancellationToken).ConfigureAwait(false);
            if (denied is { Outcome: HoldOutcome.Held, Hold: { } hold }) return hold.Id;
            if (tries == 8) throw refusal.ToException(inner: call.LastFailure);
        }
    }

    // Long enough for the whole call, so that only very long ones have to extend it; a process that dies frees its amounts by then.
    private TimeSpan LeaseFor(Call call)
    {
        var needed = call.Deadline - runtime.Time.GetUtcNow() + Slack;
        return needed < LongestLease ? needed : LongestLease;
    }
}
