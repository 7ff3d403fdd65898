using System.Runtime.CompilerServices;
using SafeLlm.Limits.Waiting;

namespace SafeLlm.Limits;

/// <summary>
/// Lets callers wait for room instead of being refused, over any ledger. Who waits stands at one limit only: that which frees last
/// among those that denied it, or behind one who came before it to another of its limits. There it waits its turn, in the order of
/// arrival among all who wait in the same <see cref="WaitingLedger"/>; limits that it fits it never holds up. Thread-safe.
/// </summary>
/// <remarks>
/// No stream of later callers keeps out who waits at one limit that all of them need. Room at a limit is not kept for who stands at
/// another: who needs two that others, each in need of one of them, keep full by turns may still wait until its deadline.
/// <para>
/// The first of each limit asks again when its room is due, when a hold is closed through this or (over an
/// <see cref="IRoomSignal"/>) in another process, and at the latest after <see cref="LookInterval"/>, so that no wake-up can be lost.
/// Across processes, and across several of these over one ledger, no order is promised: <see cref="Of"/> gives everybody the same.
/// </para>
/// </remarks>
/// <param name="ledger">The ledger that decides.</param>
/// <param name="time">The clock.</param>
public sealed class WaitingLedger(ILedger ledger, TimeProvider time) : ILedger
{
    private static readonly ConditionalWeakTable<ILedger, WaitingLedger> Shared = [];

    private readonly RoomQueues queues = new();

    /// <summary>The longest that the first of a limit goes without asking.</summary>
    /// <value>The default is 250 milliseconds: leases end, and processes that share a file give back, without telling.</value>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many callers wait.</summary>
    public int Waiting => queues.Count;

    /// <summary>The one over a ledger: one in a process, whoever asks, so that clients that share their stores wait in one order and wake one another.</summary>
    /// <param name="ledger">The ledger that decides. It keeps its queues as long as it lives; there is nothing to dispose.</param>
    /// <param name="time">The clock; that of who asks first.</param>
    public static WaitingLedger Of(ILedger ledger, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        return ledger as WaitingLedger ?? Shared.GetValue(ledger, key => new WaitingLedger(key, time));
    }

    /// <summary>
    /// Takes a hold as soon as there is room. Where there never can be (more is asked than a cap), and where what is spent alone leaves none
    /// before the deadline, the denial is returned at once. At its deadline, who has not had its turn is denied.
    /// </summary>
    /// <param name="request">The hold. Its nonce is claimed by the first question.</param>
    /// <param name="deadline">When waiting ends.</param>
    /// <param name="cancellationToken">Ends waiting at once: the place in the queue is given up, and nothing is held.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<HoldResult> HoldOrWaitAsync(HoldRequest request, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        var waiter = queues.Arrive(request.Limits);

        // Whoever came before at one of its limits is served first; only without anybody there is it asked at once.
        if (!queues.JoinAny(waiter))
        {
            var first = await ledger.HoldAsync(request, cancellationToken).ConfigureAwait(false);
            if (IsFinal(first, deadline) || time.GetUtcNow() >= deadline) return first;
            request = request with { Nonce = null };
            queues.Join(waiter, LastToFree(first.Denials), first);
        }

        try
        {
            return await WaitAsync(request, waiter, deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            queues.Leave(waiter);
        }
    }

    /// <inheritdoc/>
    public ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken) => ledger.HoldAsync(request, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        var result = await ledger.SettleAsync(holdId, actual, cancellationToken).ConfigureAwait(false);
        queues.WakeAll();
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        var released = await ledger.ReleaseAsync(holdId, cancellationToken).ConfigureAwait(false);
        queues.WakeAll();
        return released;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken) => ledger.ExtendAsync(holdId, lease, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken) => ledger.ReadAsync(limits, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => ledger.CountHoldsAsync(cancellationToken);

    private async ValueTask<HoldResult> WaitAsync(HoldRequest request, Waiter waiter, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Before the question, whoever asks it: what is given back while it is under way wakes for another one, and who was
            // woken at one limit and stands behind others at the next must not be awake there for nothing.
            waiter.ClearWake();
            var isLate = time.GetUtcNow() >= deadline;
            var isTurn = queues.IsTurn(waiter);
            if (isLate && !isTurn) return await DenyAsync(request, waiter, cancellationToken).ConfigureAwait(false);
            if (isTurn)
            {
                // What another process gives back before it knows that somebody listens is there for the question; what it gives back later wakes.
                if (!isLate && ledger is IRoomSignal signal) await signal.ListenAsync(queues.WakeAll, LookInterval * 8, cancellationToken).ConfigureAwait(false);
                var result = await ledger.HoldAsync(request, cancellationToken).ConfigureAwait(false);
                if (IsFinal(result, deadline) || isLate) return result;
                request = request with { Nonce = null };
                queues.Join(waiter, LastToFree(result.Denials), result);
            }

            await waiter.WaitAsync(Until(waiter, deadline), time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Those behind the first are woken when they become it.
    private TimeSpan Until(Waiter waiter, DateTimeOffset deadline)
    {
        var now = time.GetUtcNow();
        var end = deadline;
        if (queues.IsFirst(waiter))
        {
            var look = now + LookInterval;
            var next = waiter.RoomAt is { } room && room < look && room > now ? room : look;
            if (next < end) end = next;
        }

        return end > now ? end - now : TimeSpan.Zero;
    }

    // Out of turn nothing is taken, or those with little time would starve one who asks for much.
    private async ValueTask<HoldResult> DenyAsync(HoldRequest request, Waiter waiter, CancellationToken cancellationToken)
    {
        var states = await ledger.ReadAsync(request.Limits, cancellationToken).ConfigureAwait(false);
        var full = states.Where(state => request.Amounts.In(state.Limit.Dimension) > state.Free).ToList();
        // Room for it there may be; it is for those who came before.
        if (full.Count == 0) full.AddRange(states.Where(state => state.Limit.CounterName == waiter.Counter));
        return new HoldResult(HoldOutcome.Denied)
        {
            Denials = [.. full.Select(state => new LimitDenial(state.Limit, request.Amounts.In(state.Limit.Dimension), state.Spent, state.Held, state.RoomAt))],
        };
    }

    // What is held may be given back before it is spent; until when what is spent stays is known.
    private static bool IsFinal(HoldResult result, DateTimeOffset deadline) =>
        result.Outcome != HoldOutcome.Denied
        || result.Denials.Any(denial => denial.Asked > denial.Limit.Cap || (IsOfSpendingAlone(denial) && denial.RoomAt > deadline));

    // Of a window that rolls, what leaves before is enough where holds are given back meanwhile.
    private static bool IsOfSpendingAlone(LimitDenial denial) => denial.Asked > denial.Limit.Cap - denial.Spent && (denial.Held == 0 || denial.Limit.Window is not RollingWindow);

    // Room that hangs on open holds comes nobody knows when: such a limit counts as the last.
    private static LimitDenial LastToFree(IReadOnlyList<LimitDenial> denials) => denials.MaxBy(denial => denial.RoomAt ?? DateTimeOffset.MaxValue)!;
}
