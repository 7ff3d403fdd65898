using System.Globalization;
using System.Net;
using System.Text.Json;
using SafeLlm.Formats;
using SafeLlm.Metering;

namespace SafeLlm.Chat;

/// <summary>Makes the exception for an answer that is an error: a gateway's refusal becomes what a refusal of ours would be.</summary>
internal static class ChatFailure
{
    public static async ValueTask<Exception> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var advice = WireFormats.ReadRetryAdvice(ResponseHeads.Of(response), body, now);
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && Refusal(body) is { } refusal)
        {
            return refusal.ToException(advice.After);
        }

        var code = Code(body);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            var what = advice.Kind == RetryKind.Fatal ? "and waiting will not help" : advice.After is { } after ? FormattableString.Invariant($"and asks to wait {after:c}") : "and does not say how long to wait";
            return new Refusal(RefusalCode.RateLimited, $"The provider refused with 429 ({code}), {what}.") { RoomAt = now + advice.After }.ToException(advice.After);
        }

        // A plain transport error, as EnsureSuccessStatusCode would throw it: the provider's message may quote keys or prompts.
        return new HttpRequestException(FormattableString.Invariant($"The provider answered {status} ({code})."), null, response.StatusCode);
    }

    private static Refusal? Refusal(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "code") is not { } name) return null;
            foreach (var code in Enum.GetValues<RefusalCode>())
            {
                if (code == RefusalCode.None || code.Name() != name) continue;
                return new Refusal(code, Text(root, "detail") ?? $"The gateway refused the request: {name}.")
                {
                    Field = Text(root, "field"),
                    RoomAt = DateTimeOffset.TryParse(Text(root, "resets_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
                    LargestOutputBound = root.TryGetProperty("largest_output_bound", out var bound) && bound.ValueKind == JsonValueKind.Number && bound.TryGetInt64(out var largest) ? largest : null,
                };
            }
        }
        catch (JsonException)
        {
            return null; // no problem document after all; the status still tells
        }

        return null;
    }

    private static string Code(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return "unnamed";
            return AnswerJson.ErrorCode(root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error : root);
        }
        catch (JsonException)
        {
            return "no JSON";
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
