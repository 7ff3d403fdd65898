using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>What stands before a response's content, as wire formats read it.</summary>
internal static class ResponseHeads
{
    public static ResponseHead Of(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        MediaType(response),
        Encoding(response),
        response.Header);

    /// <summary>Whether the content is a stream of events.</summary>
    public static bool IsEventStream(HttpResponseMessage response) => MediaType(response) is "text/event-stream";

    /// <summary>The media type without parameters, lower case; the usual ones cost no string.</summary>
    public static string? MediaType(HttpResponseMessage response)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)) return null;
        var text = values.ToString();
        var end = text.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? text.AsSpan() : text.AsSpan(0, end)).Trim();
        foreach (var usual in (ReadOnlySpan<string>)["application/json", "text/event-stream", "application/x-ndjson"])
        {
            if (type.Equals(usual, StringComparison.OrdinalIgnoreCase)) return usual;
        }

        return type.ToString().ToLowerInvariant();
    }

    public static string? Encoding(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) && values.ToString() is { Length: > 0 } encoding
        && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? encoding.ToLowerInvariant()
            : null;

    /// <summary>A header of the response or of its content; null where it has none. As a delegate it is bound to the response itself, at no further object.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;
}
