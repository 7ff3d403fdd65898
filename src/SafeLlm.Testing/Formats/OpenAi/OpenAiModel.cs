using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>Which model a request asks for: the body says it, or Azure's path with the deployment's name.</summary>
internal static class OpenAiModel
{
    private const string Deployments = "/deployments/";

    public static string Of(ReceivedRequest request, JsonElement body)
    {
        var start = request.Path.IndexOf(Deployments, StringComparison.Ordinal);
        if (start < 0) return body.Required("model");
        start += Deployments.Length;
        var end = request.Path.IndexOf('/', start);
        return Uri.UnescapeDataString(request.Path[start..(end < 0 ? request.Path.Length : end)]);
    }
}
