using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;
using SafeLlm.Pipeline;

namespace SafeLlm.Retries;

/// <summary>
/// Tries again what is safe to try again, within one budget of time, attempts and money for the call. Whether it is safe
/// follows from the outcome that the innermost step noted, never from the kind of exception alone. The first attempt runs by
/// itself: nearly every call ends with it, and Polly comes in where there is something to try again.
/// </summary>
internal sealed class RetryStage : Stage
{
    private static readonly ResiliencePropertyKey<Call> CallKey = new("SafeLlm.Call");

    private readonly ClientRuntime runtime;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    public RetryStage(ClientRuntime runtime)
    {
        this.runtime = runtime;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = runtime.Time };
        if (runtime.Settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = runtime.Settings.MaxAttempts - 1,
                ShouldHandle = args => ValueTask.FromResult(Wait(CallOf(args.Context)) is not null),
                DelayGenerator = args => ValueTask.FromResult(Wait(CallOf(args.Context))),
                OnRetry = args =>
                {
                    var call = CallOf(args.Context);
                    Log.Retrying(runtime.Logger, call.Id, call.Outcome.What, args.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            });
        }

        pipeline = builder.Build();
    }

    public override async ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var clock = call.Clock = new CallClock(runtime.Time, runtime.Settings.Timeout, cancellationToken);
        runtime.Begin(call);
        var outgoing = new OutgoingRequest(call);
        try
        {
            HttpResponseMessage? response = null;
            Exception? failure = null;
            var breaker = runtime.Breakers.Enter(call);
            try
            {
                response = await Next.SendAsync(call, clock.Token).ConfigureAwait(false);
            }
            catch (Exception failed) when (!clock.Token.IsCancellationRequested && Wait(call) is not null)
            {
                failure = failed;
            }
            finally
            {
                breaker?.Left(call.Outcome, response is not null);
            }

            if (response is null || Wait(call) is not null) response = await TryAgainAsync(call, response, failure, clock.Token).ConfigureAwait(false);
            if (runtime.Settings.Shadow || TooLong(call) is not { } tooLong)
            {
                return response;
            }

            response.Dispose();
            throw tooLong;
        }
        catch (OperationCanceledException stopped) when (clock.IsTimeUp)
        {
            throw clock.TimeUp(stopped);
        }
        catch (OperationCanceledException stopped) when (cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException(stopped.Message, stopped.InnerException, cancellationToken);
        }
        finally
        {
            outgoing.Restore();
            if (call.Outcome.CanBeRetried) runtime.StackedRetries.NoteFailure(call);

            // Still here only where the last attempt surely was not billed: nobody inherits it any more.
            if (call.Hold is { } hold) await hold.CloseUnbilledAsync().ConfigureAwait(false);
            if (call.Clock is null) clock.LetGoOfCaller();
            else clock.Dispose();
        }
    }

    // Polly is handed the first attempt's end as its own first attempt, and goes on from there.
    private async Task<HttpResponseMessage> TryAgainAsync(Call call, HttpResponseMessage? response, Exception? failure, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        var isFirst = true;
        try
        {
            return await pipeline.ExecuteAsync(
                async context =>
                {
                    if (!isFirst) return await AttemptAsync(call, context.CancellationToken).ConfigureAwait(false);
                    isFirst = false;
                    if (failure is not null) ExceptionDispatchInfo.Throw(failure);
                    return response!;
                },
                context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(Call call, CancellationToken cancellationToken)
    {
        // What the attempt before came to was a reason for this one; a refusal of ours is none for another.
        call.Outcome = default;
        call.Wait = null;
        var breaker = runtime.Breakers.Enter(call);
        HttpResponseMessage? response = null;
        try
        {
            return response = await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            breaker?.Left(call.Outcome, response is not null);
        }
    }

    private static Call CallOf(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    // How long to wait before another attempt; null where there must be none.
    private TimeSpan? Wait(Call call)
    {
        // What is not understood may cost anything: it goes as often as the application sends it.
        if (call is { Facts: null, IsPassage: false }) return null;
        if (call.Report.Attempts >= runtime.Settings.MaxAttempts || !call.Outcome.CanBeRetried || call.Outcome.After > runtime.Settings.RetryAfterCap) return null;

        // Asked twice for one failure, it must say the same twice.
        var wait = call.Wait ??= call.Outcome.After is { } advice
            ? Backoff.Advised(advice, runtime.Sources.Jitter())
            : Backoff.Exponential(call.Report.Attempts, runtime.Sources.Jitter());
        return runtime.Time.GetUtcNow() + wait < call.Deadline ? wait : null;
    }

    // Where the provider named a time that the call cannot wait for, the caller is told the time instead of the response: SDKs
    // would sleep for it, however long it is.
    private SafeLlmException? TooLong(Call call)
    {
        // A quota of the day is not waited for by us, but it has a time all the same.
        if (!(call.Outcome.CanBeRetried || call.Outcome.IsQuota) || call.Outcome.After is not { } after) return null;
        var isOverCap = after > runtime.Settings.RetryAfterCap;
        if (!isOverCap && (call.Outcome.IsQuota || runtime.Time.GetUtcNow() + after < call.Deadline)) return null;

        Log.WaitTooLong(runtime.Logger, call.Id, call.Outcome.What, after);
        var room = runtime.Time.GetUtcNow() + after;
        return new Refusal(RefusalCode.RateLimited, FormattableString.Invariant(
            $"{call.Target.Authority} answered {call.Outcome.What} and asks to wait {after:c}, until {room:u}; {(isOverCap ? $"RetryAfterCap is {runtime.Settings.RetryAfterCap:c}" : "the call's own time ends before")}."))
        {
            RoomAt = room,
        }.ToException(after);
    }
}
