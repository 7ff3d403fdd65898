using Polly;
using Polly.Retry;
using SafeLlm.Pipeline;

namespace SafeLlm.Retries;

/// <summary>
/// Tries again what is safe to try again, within one budget of time, attempts and money for the call. Whether it is safe
/// follows from the outcome that the innermost step noted, never from the kind of exception alone.
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

    public override async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var clock = call.Clock = new CallClock(runtime.Time, runtime.Settings.Timeout, cancellationToken);
        call.Deadline = runtime.Time.GetUtcNow() + runtime.Settings.Timeout;
        var outgoing = new OutgoingRequest(call);
        var context = ResilienceContextPool.Shared.Get(clock.Token);
        context.Properties.Set(CallKey, call);
        try
        {
            var response = await pipeline.ExecuteAsync(static async (context, stage) => await stage.Next.SendAsync(CallOf(context), context.CancellationToken).ConfigureAwait(false), context, this).ConfigureAwait(false);
            if (TooLong(call) is not { } tooLong) return response;
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
            ResilienceContextPool.Shared.Return(context);
            outgoing.Restore();

            // Still here only where the last attempt surely was not billed: nobody inherits it any more.
            if (call.Hold is { } hold) await hold.CloseUnbilledAsync().ConfigureAwait(false);
            if (call.Clock is null) clock.LetGoOfCaller();
            else clock.Dispose();
        }
    }

    private static Call CallOf(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    // How long to wait before another attempt; null where there must be none.
    private TimeSpan? Wait(Call call)
    {
        if (!call.Outcome.CanBeRetried || call.Outcome.After > runtime.Settings.RetryAfterCap) return null;

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
        if (!call.Outcome.CanBeRetried || call.Outcome.After is not { } after) return null;
        var isOverCap = after > runtime.Settings.RetryAfterCap;
        if (!isOverCap && runtime.Time.GetUtcNow() + after < call.Deadline) return null;

        Log.WaitTooLong(runtime.Logger, call.Id, call.Outcome.What, after);
        var room = runtime.Time.GetUtcNow() + after;
        return new Refusal(RefusalCode.RateLimited, FormattableString.Invariant(
            $"{call.Target.Authority} answered {call.Outcome.What} and asks to wait {after:c}, until {room:u}; {(isOverCap ? $"RetryAfterCap is {runtime.Settings.RetryAfterCap:c}" : "the call's own time ends before")}."))
        {
            RoomAt = room,
        }.ToException(after);
    }
}
