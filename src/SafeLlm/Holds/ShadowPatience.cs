using SafeLlm.Pipeline;

namespace SafeLlm.Holds;

/// <summary>How long a call in shadow mode waits for the store, each time that it asks, before it goes on without it.</summary>
internal static class ShadowPatience
{
    /// <summary>Longer than a store that works takes, a durable commit over a network included; and little beside a model's answer.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(250);

    /// <summary>The store's answer. What was asked goes on where that does not come in time, and is the asker's to look after.</summary>
    /// <exception cref="SafeLlmException">It does not come in time, and the call is in shadow mode.</exception>
    public static ValueTask<T> AnswerAsync<T>(ClientRuntime runtime, ValueTask<T> asking) =>
        asking.IsCompleted || !runtime.Settings.Shadow ? asking : InTimeAsync(asking.AsTask(), runtime.Time);

    /// <inheritdoc cref="AnswerAsync"/>
    public static async ValueTask<T> InTimeAsync<T>(Task<T> asking, TimeProvider time)
    {
        try
        {
            return await asking.WaitAsync(Most, time).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!asking.IsCompleted)
        {
            // Nobody waits for it any more, so how it fails is not to be reported as an exception that nobody has seen.
            _ = asking.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw GuardedLedger.Unavailable(new TimeoutException($"The store did not answer within the {Most.TotalMilliseconds:0} ms for which a call in shadow mode waits."));
        }
    }
}
