namespace SafeLlm.Pacing;

/// <summary>
/// Lets the concurrent calls to one provider, model and key share what its headers say is left. Calls go in the order in
/// which they came; none waits longer than the most, as the provider's own answer is then worth more than the waiting.
/// </summary>
internal sealed class Pacer(TimeProvider time, TimeSpan longestWait)
{
    // Before the provider has answered anything, a burst is let out in growing steps: it costs a slow provider's callers little,
    // and a strict one is met with a few requests, not with all of them.
    private const int FirstSteps = 8;

    private readonly Lock gate = new();

    // Turns go by elapsed time: a clock that is set back would keep everybody waiting until it has caught up.
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly long startedAt = time.GetTimestamp();
    private readonly Allowance requests = new();
    private readonly Allowance tokens = new();
    private readonly LinkedList<Waiter> waiting = [];
    private ITimer? timer;
    private DateTimeOffset? begun;
    private bool hasAnswered;
    private int underWay;

    // A refusal has an end of its own: it may be about one limit, or about none that is told. The others' resets, which may be hours away, say
    // nothing of it.
    private DateTimeOffset notBefore;

    /// <summary>How many calls wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Whether nobody is with it, and what it was told is over: a new one would know as much.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                var now = Now();
                return underWay == 0 && waiting.Count == 0 && notBefore <= now && requests.FullAt <= now && tokens.FullAt <= now;
            }
        }
    }

    /// <summary>Waits for this call's turn. Each that returns must be followed by one <see cref="Left"/>, but for one that is too late.</summary>
    /// <param name="amount">How many tokens it may take.</param>
    /// <param name="patience">How long it may wait. Where it is certain that its turn comes later, it does not wait at all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<Pass> EnterAsync(long amount, TimeSpan patience, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            var now = Now();
            begun ??= now;
            if (waiting.Count == 0 && MayGo(amount, now))
            {
                return ValueTask.FromResult(Take(amount));
            }

            // Nobody is under way or waits who could bring better news before that.
            if (patience < longestWait && underWay == 0 && waiting.Count == 0 && RoomIn(amount, now) is { } room && room > patience)
            {
                return ValueTask.FromResult(Pass.TooLate(room));
            }

            waiter = new Waiter(amount, now + longestWait);
            waiter.Place = waiting.AddLast(waiter);
            if (patience < longestWait) waiter.Patience = time.CreateTimer(GiveUp, waiter, patience > TimeSpan.Zero ? patience : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            Schedule(now);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>The call is no longer with the provider, and this is what its answer said; null where none came.</summary>
    public void Left(Pass pass, RateReading? requestsSaid, RateReading? tokensSaid, DateTimeOffset? refusedUntil)
    {
        lock (gate)
        {
            underWay--;
            requests.Return(pass.Request);
            tokens.Return(pass.Tokens);
            var ahead = requestsSaid is null && tokensSaid is null && refusedUntil is null ? TimeSpan.Zero : Now() - time.GetUtcNow();
            if (requestsSaid is { } aboutRequests) requests.Learn(pass.Request, aboutRequests with { FullAt = aboutRequests.FullAt + ahead });
            if (tokensSaid is { } aboutTokens) tokens.Learn(pass.Tokens, aboutTokens with { FullAt = aboutTokens.FullAt + ahead });
            hasAnswered = true;
            if (refusedUntil + ahead is { } until)
            {
                if (until > notBefore) notBefore = until;
                // Nothing tells how much there is room for then: as at first, a few go and tell.
                if (requestsSaid is not { Remaining: 0 } && !(tokensSaid?.Remaining < pass.Tokens.Amount)) (hasAnswered, begun) = (false, notBefore);
            }

            if (waiting.Count > 0) Release();
        }
    }

    private DateTimeOffset Now() => start + time.GetElapsedTime(startedAt);

    private async ValueTask<Pass> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (waiter.Place is { } place)
                {
                    waiting.Remove(place);
                    // Its patience may end in the same moment, and stand at the gate already.
                    waiter.Place = null;
                }
                else if (!waiter.Turn.Task.Result.IsTooLate)
                {
                    // Its turn came in the same moment, and it sends nothing: what it took is only not under way any more.
                    var pass = waiter.Turn.Task.Result;
                    underWay--;
                    requests.Return(pass.Request);
                    tokens.Return(pass.Tokens);
                }

                // Whoever stood behind it may go now: a small call where a large one waited.
                Release();
            }

            throw;
        }
        finally
        {
            if (waiter.Patience is { } patience) await patience.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void GiveUp(object? state)
    {
        var waiter = (Waiter)state!;
        lock (gate)
        {
            // Its turn came in the same moment.
            if (waiter.Place is not { } place) return;
            waiting.Remove(place);
            waiter.Place = null;
            waiter.Turn.SetResult(Pass.TooLate(RoomIn(waiter.Amount, Now())));
            Release();
        }
    }

    // As far as it is known; null where nothing that was said stands in the way.
    private TimeSpan? RoomIn(long amount, DateTimeOffset now)
    {
        var at = notBefore > now ? notBefore : now;
        if (!requests.Has(1, now) && requests.FullAt > at) at = requests.FullAt;
        if (!tokens.Has(amount, now) && tokens.FullAt > at) at = tokens.FullAt;
        return at > now ? at - now : null;
    }

    private bool MayGo(long amount, DateTimeOffset now)
    {
        if (now < notBefore) return false;
        if (!hasAnswered && underWay >= FirstSteps * Math.Pow(2, Math.Clamp(Math.Floor((now - begun!.Value).TotalSeconds), 0, 20))) return false;
        return requests.Has(1, now) && tokens.Has(amount, now);
    }

    private Pass Take(long amount)
    {
        underWay++;
        return new Pass(requests.Take(1), tokens.Take(amount));
    }

    private void Release()
    {
        var now = Now();
        while (waiting.First is { Value: var next } && (MayGo(next.Amount, now) || next.GoesAt <= now))
        {
            waiting.RemoveFirst();
            next.Place = null;
            next.Turn.SetResult(Take(next.Amount));
        }

        Schedule(now);
    }

    // One timer for all who wait, set to when something may change by itself. It is the instant at which the first was told to
    // wait: by a later one, what came in between would seem to be behind us, and nobody would look for it.
    private void Schedule(DateTimeOffset now)
    {
        if (waiting.First is not { Value: var next }) return;
        var at = next.GoesAt;
        if (!hasAnswered) at = Earlier(at, now + TimeSpan.FromSeconds(1));
        if (notBefore > now) at = Earlier(at, notBefore);
        if (requests.IsKnown && requests.FullAt > now) at = Earlier(at, requests.FullAt);
        if (tokens.IsKnown && tokens.FullAt > now) at = Earlier(at, tokens.FullAt);
        var due = at > now ? at - now : TimeSpan.Zero;
        timer ??= time.CreateTimer(static pacer => ((Pacer)pacer!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(due + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        lock (gate) Release();
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>What a call took.</summary>
    internal readonly record struct Pass(Allowance.Ticket Request, Allowance.Ticket Tokens)
    {
        /// <summary>Whether its turn did not come, or will not come, in time: it took nothing.</summary>
        public bool IsTooLate { get; private init; }

        /// <summary>After how long there is room for one that is too late; null where that is not known.</summary>
        public TimeSpan? RoomIn { get; private init; }

        public static Pass TooLate(TimeSpan? roomIn) => new() { IsTooLate = true, RoomIn = roomIn };
    }

    private sealed class Waiter(long amount, DateTimeOffset goesAt)
    {
        public long Amount => amount;

        public DateTimeOffset GoesAt => goesAt;

        public LinkedListNode<Waiter>? Place { get; set; }

        /// <summary>Ends its waiting before its turn; null where its turn comes first.</summary>
        public ITimer? Patience { get; set; }

        // Continuations must not run under the gate.
        public TaskCompletionSource<Pass> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
