using System.Runtime.CompilerServices;
using SafeLlm.Formats;
using SafeLlm.Pacing;
using SafeLlm.Pipeline;
using SafeLlm.Retries;

namespace SafeLlm.Metering;

/// <summary>
/// Sends one attempt, notes what it came to, and has its answer metered as it passes. Whether an attempt may have been billed
/// is decided here and nowhere else.
/// </summary>
internal sealed class SendStage(ClientRuntime runtime, Transport transport) : Stage
{
    // Nearly every attempt waits here for its answer; what it keeps meanwhile is used again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        HttpResponseMessage? answered = null;
        try
        {
            call.Report.Attempts++;
            call.Content?.Rewind();
            HttpResponseMessage response;
            ReadOnlyMemory<byte> start = default;
            try
            {
                if (runtime.Settings.AttemptTimeout is null && call.Facts is not { IsStreaming: true }) response = await transport(call.Request, cancellationToken).ConfigureAwait(false);
                else (response, start) = await BeginWithinAsync(call, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                await NoteAsync(call, failure).ConfigureAwait(false);
                throw;
            }

            call.Hold!.WasSent = true;
            response.RequestMessage ??= call.Request;
            if (response.IsSuccessStatusCode)
            {
                // Where nothing is metered no tokens were spent, and the retry step closes the hold.
                if (call.Facts is not null) await AnswerAsync(call, response, start, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await NoteErrorAsync(call, response, cancellationToken).ConfigureAwait(false);
            }

            return answered = response;
        }
        finally
        {
            PaceStage.Leave(runtime, call, answered);
        }
    }

    private async Task<(HttpResponseMessage Response, ReadOnlyMemory<byte> Start)> BeginWithinAsync(Call call, CancellationToken cancellationToken)
    {
        if (runtime.Settings.AttemptTimeout is not { } most) return await BeginAsync(call, cancellationToken).ConfigureAwait(false);

        using var patience = new CancellationTokenSource(most, runtime.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await BeginAsync(call, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException stopped) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var message = FormattableString.Invariant($"The answer did not begin within {most:c} (SafeLlmClientOptions.AttemptTimeout).");
            throw new TaskCanceledException(message, new TimeoutException(message, stopped));
        }
    }

    // An answer begins with its headers, and a stream with its first event: until then nothing has reached the caller.
    private async Task<(HttpResponseMessage Response, ReadOnlyMemory<byte> Start)> BeginAsync(Call call, CancellationToken cancellationToken)
    {
        var response = await transport(call.Request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode || call.Facts is not { IsStreaming: true } || !ResponseHeads.IsEventStream(response)) return (response, default);

        try
        {
            if (ResponseHeads.Encoding(response) is { } coding) return (response, await EncodedStart.TakeAsync(response, coding, cancellationToken).ConfigureAwait(false));
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return (response, await FirstEvent.ReadAsync(stream, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async ValueTask AnswerAsync(Call call, HttpResponseMessage response, ReadOnlyMemory<byte> start, CancellationToken cancellationToken)
    {
        var hold = call.Hold!;
        call.Hold = null;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            // Of a compressed stream the content has what was read ahead, and the start is decoded.
            var isEncoded = response.Content is AheadContent;
            var advice = start.IsEmpty ? default : FirstEvent.Advice(isEncoded ? ResponseHeads.Of(response) with { ContentEncoding = null } : ResponseHeads.Of(response), start, runtime.Time.GetUtcNow());
            if (advice.Kind == RetryKind.PossiblyBilled)
            {
                call.Outcome = new AttemptOutcome(advice.Kind, advice.After, "an error inside a 200");
                await hold.SettleAsync(null).ConfigureAwait(false);
                // A part of a coding is none: such an error is handed on to its end.
                if (!isEncoded) response.Content = new AheadContent(FirstEvent.Alone(start), null, response.Content);
                return;
            }

            MeteredContent.Attach(runtime, call, response, start.IsEmpty || isEncoded ? stream : new PrefixedStream(start, stream), hold);
        }
        catch
        {
            await hold.SettleAsync(null).ConfigureAwait(false);
            response.Dispose();
            throw;
        }
    }

    // A request without content has no bill in it; one with content is safe only while its bytes have not begun to leave.
    private static async ValueTask NoteAsync(Call call, Exception failure)
    {
        call.LastFailure = failure;
        // A caller who left says nothing about the provider: nobody tries again, and no breaker counts it.
        var hasLeft = call.Clock is { Token.IsCancellationRequested: true, IsTimeUp: false };
        var passes = !hasLeft && (failure is HttpRequestException or IOException or OperationCanceledException or TimeoutException);
        if (call.Facts is null || call.Content is not { IsBegun: true } || NeverConnected(failure))
        {
            call.Hold!.WasSent |= !NeverConnected(failure) && call.Content is null or { IsBegun: true };
            if (passes) call.Outcome = new AttemptOutcome(RetryKind.Unbilled, null, Describe(failure));
            return;
        }

        var hold = call.Hold!;
        call.Hold = null;
        await hold.SettleAsync(null).ConfigureAwait(false);
        if (passes) call.Outcome = new AttemptOutcome(RetryKind.PossiblyBilled, null, Describe(failure));
    }

    private async ValueTask NoteErrorAsync(Call call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            using var patience = runtime.Settings.AttemptTimeout is { } most ? new CancellationTokenSource(most, runtime.Time) : null;
            body = await ErrorBody.TakeAsync(response, patience?.Token ?? CancellationToken.None, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Its content did not come in time, but its status did: whether it may have been billed is known.
            await NoteAsync(call, response, default).ConfigureAwait(false);
            response.Dispose();
            throw;
        }

        await NoteAsync(call, response, body).ConfigureAwait(false);
    }

    private async ValueTask NoteAsync(Call call, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var advice = WireFormats.ReadRetryAdvice(ResponseHeads.Of(response), body.Span, runtime.Time.GetUtcNow());
        var status = (int)response.StatusCode;
        var isPossiblyBilled = advice.Kind == RetryKind.PossiblyBilled || (advice.Kind != RetryKind.Unbilled && status >= 500);
        call.LastFailure = null;
        call.Outcome = new AttemptOutcome(advice.Kind, advice.After, FormattableString.Invariant($"{status}"));
        if (!isPossiblyBilled) return; // the hold stays: the next attempt inherits it, or the retry step closes it

        var hold = call.Hold!;
        call.Hold = null;
        await hold.SettleAsync(null).ConfigureAwait(false);
    }

    private static bool NeverConnected(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static string Describe(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } known => known.HttpRequestError.ToString(),
        OperationCanceledException { InnerException: TimeoutException } => "no answer in time",
        _ => failure.GetType().Name,
    };
}
