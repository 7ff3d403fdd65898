using Polly;
using Polly.CircuitBreaker;

namespace SafeLlm.Retries;

/// <summary>
/// The circuit breaker of one provider and model: where half of its attempts fail, nothing is sent for a while, then one
/// attempt to see. Polly keeps count; attempts run beside it, so that one that goes well costs it nothing.
/// </summary>
internal sealed class Breaker
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);

    private readonly TimeProvider time;
    private readonly CircuitBreakerStateProvider state = new();
    private readonly TimeSpan pause;
    private readonly Action<TimeSpan> onOpened;
    private readonly ResiliencePipeline<AttemptOutcome> counter;
    private long brokenUntil;
    private long failedAt = long.MinValue;
    private int probing;

    public Breaker(TimeProvider time, int failures, TimeSpan pause, Action<TimeSpan> onOpened)
    {
        this.time = time;
        this.pause = pause;
        this.onOpened = onOpened;
        counter = new ResiliencePipelineBuilder<AttemptOutcome> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptOutcome>
            {
                FailureRatio = 0.5,
                MinimumThroughput = failures,
                SamplingDuration = Sampling,
                BreakDuration = pause,
                StateProvider = state,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result.IsOutage),
            })
            .Build();
    }

    /// <summary>Whether an attempt may go now. One that may must be followed by <see cref="Left"/>.</summary>
    /// <param name="wait">How long nothing is sent yet, where it may not.</param>
    public bool MayGo(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (state.CircuitState == CircuitState.Closed) return true;

        var left = new TimeSpan(Volatile.Read(ref brokenUntil) - time.GetUtcNow().UtcTicks);
        if (left <= TimeSpan.Zero && Interlocked.CompareExchange(ref probing, 1, 0) == 0) return true;
        wait = left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1);
        return false;
    }

    /// <summary>What an attempt that was let go came to.</summary>
    /// <param name="outcome">What it came to.</param>
    /// <param name="isAnswered">Whether the provider answered. A caller who left before says nothing about the provider.</param>
    public void Left(AttemptOutcome outcome, bool isAnswered)
    {
        if (isAnswered || outcome.IsOutage) Count(outcome);
        Volatile.Write(ref probing, 0);
    }

    private void Count(AttemptOutcome outcome)
    {
        var now = time.GetTimestamp();
        if (outcome.IsOutage) Volatile.Write(ref failedAt, now);

        // Nothing has failed for longer than anybody remembers: there is nothing to count against. An open circuit closes by what it counts, however late that comes.
        else if (state.CircuitState == CircuitState.Closed && Volatile.Read(ref failedAt) is var at && (at == long.MinValue || time.GetElapsedTime(at, now) > Sampling)) return;

        // Polly's own callback would come later, from another thread; without one, counting is done before it returns.
        var isOpen = state.CircuitState == CircuitState.Open && Volatile.Read(ref brokenUntil) > time.GetUtcNow().UtcTicks;
        var context = ResilienceContextPool.Shared.Get();
        counter.ExecuteOutcomeAsync(static (_, outcome) => ValueTask.FromResult(Outcome.FromResult(outcome)), context, outcome).AsTask().GetAwaiter().GetResult();
        ResilienceContextPool.Shared.Return(context);
        if (isOpen || state.CircuitState != CircuitState.Open) return;

        Volatile.Write(ref brokenUntil, (time.GetUtcNow() + pause).UtcTicks);
        onOpened(pause);
    }
}
