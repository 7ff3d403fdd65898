namespace SafeLlm.Formats;

/// <summary>The deployment in a classic Azure OpenAI path: <c>…/deployments/{deployment}/…</c>.</summary>
internal static class AzureDeployment
{
    private const string Marker = "/deployments/";

    public static string? Of(in RequestTarget target)
    {
        var start = target.Path.IndexOf(Marker, StringComparison.Ordinal);
        if (start < 0) return null;
        var rest = target.Path.AsSpan(start + Marker.Length);
        var end = rest.IndexOf('/');
        return end <= 0 ? null : Uri.UnescapeDataString(rest[..end]);
    }
}
