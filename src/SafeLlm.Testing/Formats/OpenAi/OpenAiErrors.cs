using System.Text;

namespace SafeLlm.Testing;

/// <summary>Errors in OpenAI's words, which its chat, its Responses and its embeddings share.</summary>
internal static class OpenAiErrors
{
    public static ErrorAnswer Write(ProviderError error) => new(error.Status, JsonMembers.Write(json =>
    {
        var (type, code) = Words(error.Kind);
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", type);
        json.WriteString("param", error.Member);
        json.WriteString("code", code);
        json.WriteEndObject();
    }));

    public static string Event(ProviderError error) => $"data: {Encoding.UTF8.GetString(Write(error).Content)}\n\n";

    public static (string Type, string? Code) Words(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unauthorized => ("invalid_request_error", "invalid_api_key"),
        ProviderErrorKind.UnknownModel => ("invalid_request_error", "model_not_found"),
        ProviderErrorKind.RateLimited => ("requests", "rate_limit_exceeded"),
        ProviderErrorKind.QuotaExceeded => ("insufficient_quota", "insufficient_quota"),
        ProviderErrorKind.ServerError => ("server_error", null),
        ProviderErrorKind.Unavailable => ("server_error", "service_unavailable"),
        ProviderErrorKind.Overloaded => ("server_error", "server_is_overloaded"),
        _ => ("invalid_request_error", null),
    };
}
