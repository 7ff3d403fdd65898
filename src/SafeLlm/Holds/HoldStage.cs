using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Holds;

/// <summary>
/// Takes a hold for each attempt that may become a bill of its own. An attempt inherits the hold of one that surely was not
/// billed.
/// </summary>
internal sealed class HoldStage(ClientRuntime runtime) : Stage
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(15);

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
            if (await inherited.RenewAsync(cancellationToken).ConfigureAwait(false)) return;

            // Its lease has ended, and it was charged; settling it corrects that, and the attempt takes a hold of its own.
            await inherited.CloseUnbilledAsync().ConfigureAwait(false);
            call.Hold = null;
        }

        if (runtime.Settings.MaxPerCall is { } most && call.Report.Cost + call.Amounts.Cost > most)
        {
            throw Denials.OverCall(call, most, attempt).ToException(inner: call.LastFailure);
        }

        var lease = LeaseFor(call);
        call.Hold = call.Limits.Count == 0
            ? new AttemptHold(runtime, call, null, lease)
            : new AttemptHold(runtime, call, await HoldAsync(call, attempt, lease, cancellationToken).ConfigureAwait(false), lease);
    }

    private async ValueTask<string> HoldAsync(Call call, int attempt, TimeSpan lease, CancellationToken cancellationToken)
    {
        var id = FormattableString.Invariant($"{call.Id}.{attempt}");
        HoldResult result;
        try
        {
            result = await runtime.Ledger.GuardedHoldAsync(new HoldRequest(id, call.Limits, call.Amounts, lease), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whether the store took it is not known; nothing was sent, so nothing may stay held.
            await runtime.Settler.ReleaseAsync(id).ConfigureAwait(false);
            throw;
        }

        if (result is { Outcome: HoldOutcome.Held, Hold: { } hold }) return hold.Id;
        if (result.Outcome != HoldOutcome.Denied) throw new InvalidOperationException($"The ledger answered {result.Outcome} to a hold without a nonce.");

        var now = runtime.Time.GetUtcNow();
        var refusal = Denials.ToRefusal(call, result.Denials, attempt, now);
        throw refusal.ToException(refusal.RoomAt is { } room && room > now ? room - now : null, call.LastFailure);
    }

    // Long enough for the whole call, so that only very long ones have to extend it; a process that dies frees its amounts by then.
    private TimeSpan LeaseFor(Call call)
    {
        var needed = call.Deadline - runtime.Time.GetUtcNow() + Slack;
        return needed < LongestLease ? needed : LongestLease;
    }
}
