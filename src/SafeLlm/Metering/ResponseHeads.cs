using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>What stands before a response's content, as wire formats read it.</summary>
internal static class ResponseHeads
{
    public static ResponseHead Of(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(),
        Encoding(response),
        name => Header(response, name));

    /// <summary>Whether the content is a stream of events that can be looked into.</summary>
    public static bool IsPlainEventStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "text/event-stream" && Encoding(response) is null;

    public static string? Encoding(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) && values.ToString() is { Length: > 0 } encoding
        && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? encoding.ToLowerInvariant()
            : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;
}
