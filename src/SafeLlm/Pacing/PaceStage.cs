using SafeLlm.Formats;
using SafeLlm.Metering;
using SafeLlm.Pipeline;

namespace SafeLlm.Pacing;

/// <summary>Slows down before the provider's own limits say 429.</summary>
internal sealed class PaceStage(ClientRuntime runtime) : Stage
{
    public override Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken) =>
        call.Quote is not null && runtime.Pacers.For(call) is { } pacer
            ? SendPacedAsync(call, pacer, cancellationToken)
            : Next.SendAsync(call, cancellationToken);

    private async Task<HttpResponseMessage> SendPacedAsync(Call call, Pacer pacer, CancellationToken cancellationToken)
    {
        // Providers count what may be generated, not what will be.
        var amount = call.Quote!.Input.Expected + call.Quote.Output.Upper;
        var pass = await pacer.EnterAsync(amount, cancellationToken).ConfigureAwait(false);

        HttpResponseMessage? response = null;
        try
        {
            response = await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
            return response;
        }
        finally
        {
            Leave(call, pacer, pass, response);
        }
    }

    private void Leave(Call call, Pacer pacer, Pacer.Pass pass, HttpResponseMessage? response)
    {
        if (response is null)
        {
            pacer.Left(pass, null, null, null);
            return;
        }

        var now = runtime.Time.GetUtcNow();
        Func<string, string?> header = name => ResponseHeads.Header(response, name);
        DateTimeOffset? refusedUntil = (int)response.StatusCode == 429 && call.Outcome is { Kind: RetryKind.Unbilled, After: { } after } ? now + after : null;
        pacer.Left(pass, RateHeaders.Requests(header, now), RateHeaders.Tokens(header, now), refusedUntil);
    }
}
