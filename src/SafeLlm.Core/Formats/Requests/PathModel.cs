namespace SafeLlm.Formats;

/// <summary>Models that are named in the path.</summary>
internal static class PathModel
{
    /// <summary>Google's way: <c>…/models/{model}:generateContent</c>.</summary>
    public static string? BeforeColon(in RequestTarget target)
    {
        var path = target.Path.AsSpan();
        var colon = path.LastIndexOf(':');
        var slash = colon < 0 ? -1 : path[..colon].LastIndexOf('/');
        return slash < 0 || colon - slash <= 1 ? null : Uri.UnescapeDataString(path[(slash + 1)..colon]);
    }

    /// <summary>Amazon's way: <c>/model/{model}/converse</c>, the model percent-encoded, as it may be an ARN with slashes.</summary>
    public static string? AfterModel(in RequestTarget target)
    {
        const string marker = "/model/";
        var path = target.Path.AsSpan();
        var start = path.IndexOf(marker, StringComparison.Ordinal);
        var end = path.TrimEnd('/').LastIndexOf('/');
        return start < 0 || end <= start + marker.Length ? null : Uri.UnescapeDataString(path[(start + marker.Length)..end]);
    }
}
