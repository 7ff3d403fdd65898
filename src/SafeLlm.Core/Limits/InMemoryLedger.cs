using SafeLlm.Alerts;
using SafeLlm.Limits.InMemory;
using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>
/// A ledger that lives and dies with its process: what it counted is gone after a restart, so limits over more than an hour
/// belong in a store on disk (<see cref="OnLongWindow"/>). Safe for any number of threads; it holds no timers.
/// </summary>
/// <remarks>
/// A counter costs some 145 bytes with a calendar window and 425 with a rolling one, until its window has passed; an open
/// hold some 300; the id of a closed one 22 for 24 hours.
/// </remarks>
/// <param name="time">The clock. The system's is read once a tick of the operating system, so that instants may be some milliseconds early (at most 16).</param>
/// <param name="nonces">Where a request's nonce is claimed; without it, requests carry none.</param>
/// <param name="outbox">Where soft limits that are reached are recorded; without it, nobody is told.</param>
public sealed class InMemoryLedger(TimeProvider time, INonceStore? nonces = null, InMemoryAlertOutbox? outbox = null) : ILedger
{
    private readonly Parts parts = new(outbox);
    private readonly LedgerClock clock = new(time);
    private Action<Limit>? onLongWindow;

    /// <summary>
    /// Called once, with the first limit whose window is longer than an hour: a restart would forget what it has counted.
    /// For a warning in the log of whoever chose this ledger.
    /// </summary>
    /// <value>The default is null: nobody is told.</value>
    public Action<Limit>? OnLongWindow
    {
        get => onLongWindow;
        set => onLongWindow = value;
    }

    /// <summary>How many counters are kept.</summary>
    internal int CounterCount => parts.Counters.Count;

    /// <summary>Whether a limit's window is longer than an hour, so that a restart of the process would forget much of it.</summary>
    public static bool IsLongWindow(Limit limit) => limit.Window switch
    {
        RollingWindow rolling => rolling.Length > TimeSpan.FromHours(1),
        CalendarWindow calendar => calendar.Unit != CalendarUnit.Hour,
        _ => false,
    };

    /// <inheritdoc/>
    public ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        HoldRequest.CheckId(request.OperationId, nameof(request.OperationId));

        // First of all: what the processor is asked to bring comes while the rest is checked.
        var hash = parts.Holds.Expect(request.OperationId);
        request.Validate();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<HoldResult>(cancellationToken);
        }

        return request.HasNonce ? ClaimAndTakeAsync(request, hash, cancellationToken) : ValueTask.FromResult(Take(request, hash));
    }

    /// <inheritdoc/>
    /// <remarks>It never waits, so the cancellation token is not looked at: a bill that came in is recorded.</remarks>
    public ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        actual.Validate(nameof(actual));
        var holds = parts.Holds;
        return ValueTask.FromResult(holds.Settle(holdId, IdHash.Of(holdId), actual, Touch()));
    }

    /// <inheritdoc/>
    /// <remarks>It never waits, so the cancellation token is not looked at: what is given back is not kept.</remarks>
    public ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        return ValueTask.FromResult(parts.Holds.Release(holdId, IdHash.Of(holdId), Touch()));
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        HoldRequest.CheckLease(lease, nameof(lease));
        return ValueTask.FromResult(parts.Holds.Extend(holdId, IdHash.Of(holdId), lease, Touch()));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        HoldRequest.CheckLimits(limits, nameof(limits));
        return ValueTask.FromResult<IReadOnlyList<LimitState>>(parts.Counters.Read(LimitSpan.Of(limits), Touch()));
    }

    /// <inheritdoc/>
    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken)
    {
        Touch();
        return ValueTask.FromResult(parts.Holds.CountOpen());
    }

    /// <summary>Every counter that counts something, in no order, each as it stood when it was read.</summary>
    internal List<CounterState> ReadCounters() => parts.Counters.ReadAll(Touch());

    /// <summary>Every open hold, in no order.</summary>
    internal List<OpenHold> ReadHolds()
    {
        Touch();
        return parts.Holds.ReadOpen();
    }

    private async ValueTask<HoldResult> ClaimAndTakeAsync(HoldRequest request, IdHash hash, CancellationToken cancellationToken)
    {
        var store = nonces ?? throw new InvalidOperationException(
            "The request carries a nonce, and this ledger has no nonce store to claim it from. Give its constructor one, or choose the stores with UseInMemory.");
        return await store.ClaimAsync(request.Nonce!.Value, cancellationToken).ConfigureAwait(false) switch
        {
            NonceOutcome.Claimed => Take(request, hash),
            NonceOutcome.Replayed => new HoldResult(HoldOutcome.Replayed),
            NonceOutcome.Full => new HoldResult(HoldOutcome.ReplayCapacity),
            var other => throw new InvalidOperationException($"The nonce store answered {other}, which is no answer to a claim."),
        };
    }

    private HoldResult Take(HoldRequest request, IdHash hash)
    {
        var limits = LimitSpan.Of(request.Limits);
        if (onLongWindow is not null)
        {
            Warn(limits);
        }

        var holds = parts.Holds;
        var now = Touch();
        var result = holds.Take(request, hash, limits, now);
        if (result.Outcome == HoldOutcome.Denied && clock.Now is var exact && HasRoomCome(result.Denials, exact))
        {
            // Nobody who comes when they were told to is sent away for a tick.
            now = exact;
            parts.Upkeep.Touch(now);
            result = holds.Take(request, hash, limits, now);
        }

        if (result.Outcome == HoldOutcome.Held)
        {
            // A hold that was known may end later than this: then it is looked for once too early.
            parts.Upkeep.Expect(now + request.Lease.Ticks);
        }

        return result;
    }

    private static bool HasRoomCome(IReadOnlyList<LimitDenial> denials, long now)
    {
        foreach (var denial in denials)
        {
            if (denial.RoomAt is not { } roomAt || roomAt.UtcTicks > now)
            {
                return false;
            }
        }

        return true;
    }

    private void Warn(ReadOnlySpan<Limit> limits)
    {
        foreach (var limit in limits)
        {
            if (IsLongWindow(limit))
            {
                Interlocked.Exchange(ref onLongWindow, null)?.Invoke(limit);
                return;
            }
        }
    }

    private long Touch()
    {
        var now = clock.Recent;
        parts.Upkeep.Touch(now);
        return now;
    }

    private sealed class Parts
    {
        public Parts(InMemoryAlertOutbox? outbox)
        {
            Counters = new CounterTable(outbox);
            Holds = new HoldTable(Counters);
            Upkeep = new Upkeep(Holds, Counters);
        }

        public CounterTable Counters { get; }

        public HoldTable Holds { get; }

        public Upkeep Upkeep { get; }
    }
}
