namespace SafeLlm.Pipeline;

/// <summary>Tells whether somebody else has signed a request, so that changing a byte would break it.</summary>
internal static class ForeignSignature
{
    public static bool IsOn(HttpRequestMessage request)
    {
        // AWS Signature V4 and V4A cover a hash of the payload.
        if (request.Headers.NonValidated.TryGetValues("Authorization", out var values))
        {
            foreach (var value in values)
            {
                if (value.AsSpan().TrimStart().StartsWith("AWS4-", StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return request.Headers.NonValidated.Contains("Signature")
            || request.Headers.NonValidated.Contains("Content-Digest")
            || request.Content?.Headers.NonValidated.Contains("Content-Digest") == true;
    }
}
