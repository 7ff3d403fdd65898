using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>Answers a refused request: status and headers by the signing profile (A8), content by RFC 9457.</summary>
internal sealed class RefusalWriter(VerifierSettings settings, TimeProvider time)
{
    private const string AcceptSignature =
        "safellm=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\");created;expires;alg=\"hmac-sha256\";tag=\"safellm-v1\"";

    public async Task WriteAsync(IncomingCall call, Refusal refusal)
    {
        var context = call.Context;
        var now = time.GetUtcNow();
        var answer = RefusalAnswer.Of(refusal, now, settings.Options.RetryAfterCap);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        // The verifier's own clock, so that a caller sees by how much theirs differs.
        response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        if (answer.RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (settings.Options.RateLimitHeaders && call.States.Count > 0) RateLimitFields.Set(response.Headers, call, taken: new Amounts(0, 0, NanoUsd.Zero, Requests: 0));
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = $"SafeLlm-Signature realm=\"{Realm(context)}\", tag=\"safellm-v1\"";
            response.Headers["Accept-Signature"] = AcceptSignature;
        }

        // What was not read is not waited for: the sender could trickle it.
        if (answer.Status == StatusCodes.Status413PayloadTooLarge && HttpProtocol.IsHttp11(context.Request.Protocol)) response.Headers.Connection = "close";

        var content = new ArrayBufferWriter<byte>(512);
        Write(content, context, refusal, answer, now);
        response.ContentLength = content.WrittenCount;
        await response.Body.WriteAsync(content.WrittenMemory, context.RequestAborted);
    }

    private static void Write(IBufferWriter<byte> output, HttpContext context, Refusal refusal, RefusalAnswer answer, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(output);
        var code = refusal.Code.Name();
        json.WriteStartObject();
        json.WriteString("type"u8, "urn:safellm:refusal:" + code);
        json.WriteString("title"u8, RefusalTitles.Of(refusal.Code));
        json.WriteNumber("status"u8, answer.Status);
        json.WriteString("detail"u8, refusal.Message);
        json.WriteString("code"u8, code);
        json.WriteString("request_id"u8, context.TraceIdentifier);
        if (refusal.Field is { } field) json.WriteString("field"u8, field);
        if (refusal.Code is RefusalCode.SignatureExpired or RefusalCode.SignatureNotYetValid) json.WriteString("server_time"u8, Instant(now));
        if (answer.ResetsAt is { } resetsAt) json.WriteString("resets_at"u8, Instant(resetsAt));
        if (refusal.LargestOutputBound is { } bound) json.WriteNumber("largest_output_bound"u8, bound);
        LimitJson.Write(json, refusal.Denials);
        FindingJson.Write(json, refusal.Findings);
        json.WriteEndObject();
    }

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // The host was found in the list of ours, or there is no list; either way it ends no quoted string.
    private static string Realm(HttpContext context) =>
        string.Concat((context.Request.Host.Value ?? "").Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or ':' or '-' or '[' or ']'));
}
