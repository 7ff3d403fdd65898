using SafeLlm.Formats;
using SafeLlm.Metering;
using SafeLlm.Pipeline;

namespace SafeLlm.Pacing;

/// <summary>Slows down before the provider's own limits say 429. What the answer says of them is told by <see cref="Leave"/>.</summary>
internal sealed class PaceStage(ClientRuntime runtime) : Stage
{
    // x-ratelimit-reset-tokens: no name that RateHeaders reads is shorter, and nearly all others are.
    private const int ShortestName = 24;

    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        // In shadow mode a call goes when the application sends it.
        if (call.Quote is null || runtime.Settings.Shadow || runtime.Pacers.For(call) is not { } pacer) return Next.SendAsync(call, cancellationToken);

        // Providers count what may be generated, not what will be.
        var amount = call.Quote.Input.Expected + call.Quote.Output.Upper;
        var entering = pacer.EnterAsync(amount, runtime.LastWait(call) - runtime.Time.GetUtcNow(), cancellationToken);
        return entering.IsCompletedSuccessfully ? GoOn(call, pacer, entering.Result, cancellationToken) : GoOnAsync(call, pacer, entering, cancellationToken);
    }

    /// <summary>An attempt is no longer with the provider: once for each that entered, by whoever sent it.</summary>
    /// <param name="runtime">The client's.</param>
    /// <param name="call">The call.</param>
    /// <param name="response">What came back; null where nothing did.</param>
    public static void Leave(ClientRuntime runtime, Call call, HttpResponseMessage? response)
    {
        if (call.Pace is not { } pacer) return;
        call.Pace = null;
        if (response is null || !TellsRates(response))
        {
            pacer.Left(call.Pass, null, null, response is null ? null : RefusedUntil(runtime, call, response));
            return;
        }

        LeaveTold(runtime, call, pacer, response);
    }

    private static void LeaveTold(ClientRuntime runtime, Call call, Pacer pacer, HttpResponseMessage response)
    {
        var now = runtime.Time.GetUtcNow();
        Func<string, string?> header = response.Header;
        pacer.Left(call.Pass, RateHeaders.Requests(header, now), RateHeaders.Tokens(header, now), RefusedUntil(runtime, call, response));
    }

    private async ValueTask<HttpResponseMessage> GoOnAsync(Call call, Pacer pacer, ValueTask<Pacer.Pass> entering, CancellationToken cancellationToken) =>
        await GoOn(call, pacer, await entering.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private ValueTask<HttpResponseMessage> GoOn(Call call, Pacer pacer, Pacer.Pass pass, CancellationToken cancellationToken)
    {
        if (pass.IsTooLate) throw TooLate(call, pass.RoomIn);
        (call.Pace, call.Pass) = (pacer, pass);
        try
        {
            return Next.SendAsync(call, cancellationToken);
        }
        catch
        {
            // It was never sent.
            Leave(runtime, call, null);
            throw;
        }
    }

    private SafeLlmException TooLate(Call call, TimeSpan? wait)
    {
        var room = runtime.Time.GetUtcNow() + wait;
        return new Refusal(RefusalCode.RateLimited, room is { } at
            ? FormattableString.Invariant($"{call.Target.Authority} has said that nothing is left there until {at:u}, and the call's own time ends before (SafeLlmClientOptions.Timeout). It was not sent.")
            : FormattableString.Invariant($"Too many calls were before this one at {call.Target.Authority}, and its own time is nearly over (SafeLlmClientOptions.Timeout). It was not sent."))
        {
            RoomAt = room,
        }.ToException(wait, call.LastFailure);
    }

    private static DateTimeOffset? RefusedUntil(ClientRuntime runtime, Call call, HttpResponseMessage response) =>
        (int)response.StatusCode == 429 && call.Outcome is { Kind: RetryKind.Unbilled, After: { } after } ? runtime.Time.GetUtcNow() + after : null;

    // Most providers' answers say nothing, and need not be asked for each name.
    private static bool TellsRates(HttpResponseMessage response)
    {
        foreach (var header in response.Headers.NonValidated)
        {
            if (header.Key.Length >= ShortestName && header.Key.Contains("ratelimit", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
