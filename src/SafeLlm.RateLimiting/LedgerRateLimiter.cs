using System.Globalization;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>
/// A ledger's limits as a <see cref="RateLimiter"/>, so that they compose with those of ASP.NET Core and Polly. A lease holds; when
/// it is disposed, what it held counts as used, unless <see cref="LedgerLeaseHold.Use"/> told what really was. While it is open, it
/// holds, however long that is. It never queues: where there is no room, the lease says when there will be
/// (<see cref="MetadataName.RetryAfter"/>).
/// </summary>
/// <remarks>
/// Counts are kept in the ledger and nothing of them here, so that limiters come and go with their partitions. What the store does
/// not take when a lease is disposed is tried again in the background, also after the limiter is disposed. A store that answers
/// later than at once is asked by <see cref="RateLimiter.AcquireAsync"/> only: <see cref="RateLimiter.AttemptAcquire"/>, which must
/// not wait, then acquires nothing, and whoever calls it goes on to the other, as both ASP.NET Core and Polly do.
/// </remarks>
public sealed class LedgerRateLimiter : RateLimiter
{
    private readonly ILedger ledger;
    private readonly Limit[] limits;
    private readonly Func<int, Amounts> amounts;
    private readonly TimeSpan lease;
    private readonly TimeProvider time;
    private readonly LateClosings closings;
    private readonly string prefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private long ids;
    private long open;
    private long acquired;
    private long denied;
    private long idleSince;

    /// <summary>Makes a limiter.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="options">What to take of which limits. Read now.</param>
    /// <exception cref="ArgumentException">There is no limit, or one counter twice, or the lease is out of its range.</exception>
    public LedgerRateLimiter(ILedger ledger, LedgerRateLimiterOptions options)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Limits.Count == 0)
        {
            throw new ArgumentException("A limiter without limits would let everything through. Add some to Limits.", nameof(options));
        }

        this.ledger = ledger;
        limits = [.. options.Limits];
        (amounts, lease, time) = (options.Amounts, options.Lease, options.Time);
        Request("check", 0).Validate();
        closings = new LateClosings(ledger, time, lease, options.Failed);
        idleSince = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration => Interlocked.Read(ref open) == 0 ? time.GetElapsedTime(Interlocked.Read(ref idleSince)) : null;

    /// <summary>How many permits there are at most, as if each took what one does; null where the store does not answer at once.</summary>
    public override RateLimiterStatistics? GetStatistics()
    {
        var reading = ledger.ReadAsync(limits, CancellationToken.None);
        if (!reading.IsCompletedSuccessfully) return null;
        var one = amounts(1);
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = reading.Result.Select(state => one.In(state.Limit.Dimension) is var each and > 0 ? state.Free / each : long.MaxValue).Min(),
            CurrentQueuedCount = 0,
            TotalSuccessfulLeases = Interlocked.Read(ref acquired),
            TotalFailedLeases = Interlocked.Read(ref denied),
        };
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        if (ledger is not InMemoryLedger)
        {
            return new LedgerLease([], null, "The store of these limits does not answer at once: ask with AcquireAsync.");
        }

        // In memory every answer is there at once.
        return AcquireAsyncCore(permitCount, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (permitCount == 0) return await LookAsync(cancellationToken).ConfigureAwait(false);
        var request = Request(string.Create(CultureInfo.InvariantCulture, $"{prefix}.{Interlocked.Increment(ref ids)}"), permitCount);
        HoldResult result;
        try
        {
            result = await ledger.HoldAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whether the store took it is not known, and nobody has it.
            await closings.CloseAsync(request.OperationId, null).ConfigureAwait(false);
            throw;
        }

        if (result.Hold is { } hold)
        {
            Interlocked.Increment(ref open);
            Interlocked.Increment(ref acquired);
            var opened = new LedgerLease(new LedgerLeaseHold(hold), Close);
            opened.Keep(new LeaseExtension(opened, hold.Id, lease, ledger, time, Leave));
            return opened;
        }

        Interlocked.Increment(ref denied);
        return Denied(result.Denials);
    }

    private HoldRequest Request(string id, int permits) => new(id, limits, amounts(permits), lease);

    // Zero permits ask whether there are any.
    private async ValueTask<LedgerLease> LookAsync(CancellationToken cancellationToken)
    {
        var states = await ledger.ReadAsync(limits, cancellationToken).ConfigureAwait(false);
        var full = states.Where(state => state.Free == 0).Select(state => new LimitDenial(state.Limit, 0, state.Spent, state.Held, state.RoomAt)).ToList();
        return full.Count == 0 ? new LedgerLease(null, static _ => { }) : Denied(full);
    }

    private LedgerLease Denied(IReadOnlyList<LimitDenial> denials)
    {
        var room = denials.All(denial => denial.RoomAt is not null) ? denials.Max(denial => denial.RoomAt) : null;
        var wait = room - time.GetUtcNow();
        return new LedgerLease(denials, wait > TimeSpan.Zero ? wait : room is null ? null : TimeSpan.Zero, $"There is no room at {string.Join(", ", denials.Select(denial => $"\"{denial.Limit}\""))}.");
    }

    private void Close(LedgerLeaseHold? hold)
    {
        Leave();
        if (hold is not null) _ = closings.CloseAsync(hold.Hold.Id, hold.Used);
    }

    private void Leave()
    {
        Interlocked.Exchange(ref idleSince, time.GetTimestamp());
        Interlocked.Decrement(ref open);
    }
}
