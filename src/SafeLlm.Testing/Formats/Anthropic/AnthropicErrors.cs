namespace SafeLlm.Testing;

/// <summary>Errors in Anthropic's words and statuses: an overload is 529, an empty account 402.</summary>
internal static class AnthropicErrors
{
    public static ErrorAnswer Write(ProviderError error)
    {
        var (type, status) = error.Kind switch
        {
            ProviderErrorKind.Unauthorized => ("authentication_error", 401),
            ProviderErrorKind.UnknownModel or ProviderErrorKind.UnknownRoute => ("not_found_error", 404),
            ProviderErrorKind.RateLimited => ("rate_limit_error", 429),
            ProviderErrorKind.QuotaExceeded => ("billing_error", 402),
            ProviderErrorKind.ServerError or ProviderErrorKind.Unavailable => ("api_error", error.Status),
            ProviderErrorKind.Overloaded => ("overloaded_error", 529),
            _ => ("invalid_request_error", 400),
        };
        return new ErrorAnswer(status, JsonMembers.Write(json =>
        {
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", type);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }));
    }
}
