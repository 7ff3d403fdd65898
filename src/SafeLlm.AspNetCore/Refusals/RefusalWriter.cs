using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>Answers a refused request: status and headers by the signing profile (A8), content by RFC 9457.</summary>
internal sealed class RefusalWriter(VerifierSettings settings, TimeProvider time)
{
    private const string AcceptSignature =
        "safellm=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\");created;expires;alg=\"hmac-sha256\";tag=\"safellm-v1\"";

    private readonly RefusalHeaders headers = new();

    public Task WriteAsync(IncomingCall call, Refusal refusal)
    {
        var context = call.Context;
        var now = time.GetUtcNow();
        var answer = RefusalAnswer.Of(refusal, now, settings.Options.RetryAfterCap);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        // The verifier's own clock, so that a caller sees by how much theirs differs; the server's own is the system's.
        if (time != TimeProvider.System) response.Headers.Date = headers.Date(now);
        if (answer.RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (settings.Options.RateLimitHeaders && call.States.Count > 0) RateLimitFields.Set(response.Headers, call, taken: new Amounts(0, 0, NanoUsd.Zero, Requests: 0));
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = headers.Challenge(call.Request?.Authority ?? context.Request.Host.Value ?? "");
            response.Headers["Accept-Signature"] = AcceptSignature;
        }

        // What was not read is not waited for: the sender could trickle it.
        if ((answer.Status == StatusCodes.Status413PayloadTooLarge || call.IsCutOff) && HttpProtocol.IsHttp11(context.Request.Protocol)) response.Headers.Connection = "close";

        var content = RefusalContent.Write(context.TraceIdentifier, refusal, answer, now, out var length);
        response.ContentLength = length;
        // A server makes a request's token when it is asked for, which costs as much as this whole content; writing to a caller that is gone ends without it.
        var written = response.BodyWriter.WriteAsync(content.AsMemory(0, length), CancellationToken.None);
        if (!written.IsCompletedSuccessfully) return FinishAsync(written, content);
        _ = written.Result;
        ArrayPool<byte>.Shared.Return(content);
        return Task.CompletedTask;
    }

    // A buffer whose writing failed is left to the collector: who knows whether somebody still reads it.
    private static async Task FinishAsync(ValueTask<FlushResult> written, byte[] content)
    {
        await written;
        ArrayPool<byte>.Shared.Return(content);
    }
}
