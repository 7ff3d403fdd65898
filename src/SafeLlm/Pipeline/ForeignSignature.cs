using System.Net.Http.Headers;
using SafeLlm.Formats;

namespace SafeLlm.Pipeline;

/// <summary>Tells whether somebody else has signed a request, so that changing a byte would break it.</summary>
internal static class ForeignSignature
{
    /// <param name="request">The request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="mayHaveFields">Whether it may have headers of a signature, be it an old one of ours.</param>
    public static bool IsOn(HttpRequestMessage request, in RequestTarget target, out bool mayHaveFields)
    {
        mayHaveFields = MayHave(request.Headers) || (request.Content is { } content && MayHave(content.Headers));
        return (mayHaveFields || target.Query.Length > 0) && Formats.ForeignSignature.IsOn(target, Reader(request));
    }

    // Nearly all requests have none of these, and are looked at no closer.
    private static bool MayHave(HttpHeaders headers)
    {
        foreach (var header in headers.NonValidated)
        {
            var name = header.Key;
            if (name.StartsWith("Signature", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Digest", StringComparison.OrdinalIgnoreCase)) return true;
            if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && header.Value.ToString().Contains("AWS4-", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static Func<string, string?> Reader(HttpRequestMessage request) => name => Value(request, name);

    private static string? Value(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) || request.Content?.Headers.NonValidated.TryGetValues(name, out values) == true
            ? values.ToString()
            : null;
}
