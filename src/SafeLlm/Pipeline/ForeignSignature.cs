using SafeLlm.Formats;

namespace SafeLlm.Pipeline;

/// <summary>Tells whether somebody else has signed a request, so that changing a byte would break it.</summary>
internal static class ForeignSignature
{
    public static bool IsOn(HttpRequestMessage request, in RequestTarget target) => Formats.ForeignSignature.IsOn(target, name => Value(request, name));

    private static string? Value(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) || request.Content?.Headers.NonValidated.TryGetValues(name, out values) == true
            ? values.ToString()
            : null;
}
