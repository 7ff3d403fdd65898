namespace SafeLlm.Retries;

/// <summary>
/// Ends a call when its time is used up or its caller leaves. It outlives the sending: the answer's content is read under it.
/// </summary>
internal sealed class CallClock : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly TimeSpan timeout;
    private CancellationTokenRegistration caller;
    private int callerLeft;

    public CallClock(TimeProvider time, TimeSpan timeout, CancellationToken callerToken)
    {
        this.timeout = timeout;
        source = new CancellationTokenSource(timeout, time);
        Token = source.Token;
        caller = Follow(callerToken);
    }

    /// <summary>Cancelled when the call has to end.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the time was used up, rather than the caller gone.</summary>
    public bool IsTimeUp => Token.IsCancellationRequested && Volatile.Read(ref callerLeft) == 0;

    /// <summary>Ends the call when this token is cancelled, until the registration is disposed.</summary>
    public CancellationTokenRegistration Follow(CancellationToken token) => token.UnsafeRegister(
        static state =>
        {
            var clock = (CallClock)state!;
            Volatile.Write(ref clock.callerLeft, 1);
            clock.End();
        },
        this);

    /// <summary>
    /// Lets go of the token that the request was sent with: the answer has begun, and each read has a token of its own.
    /// </summary>
    public void LetGoOfCaller() => caller.Unregister();

    /// <summary>What the caller sees when the time was used up: what <see cref="HttpClient"/> throws for its own time-out.</summary>
    public TaskCanceledException TimeUp(Exception? inner)
    {
        var message = FormattableString.Invariant($"The call did not end within {timeout:c} (SafeLlmClientOptions.Timeout).");
        return new TaskCanceledException(message, new TimeoutException(message, inner), Token);
    }

    public void Dispose()
    {
        caller.Dispose();
        source.Dispose();
    }

    private void End()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended by itself in the same moment; there is nothing left to end.
        }
    }
}
