using SafeLlm.Analyzers.Calls;

namespace SafeLlm.Analyzers.Json;

/// <summary>The member that bounds the output in the wire format of a request.</summary>
internal static class CapKey
{
    public static string For(RawRequest request)
    {
        var address = request.Address;
        if (request.Protocol is { } protocol) return protocol.Call.Options == OptionsShapes.OpenAiResponses ? "max_output_tokens" : "max_completion_tokens";
        if (request.Body.Names.Contains("contents") || Has(address, "generateContent")) return "generationConfig.maxOutputTokens";
        if (Has(address, "/api/generate") || Has(address, "/api/chat") || Has(address, ":11434")) return "options.num_predict";
        if (Has(address, "/responses")) return "max_output_tokens";
        return Has(address, "api.openai.com") && !Has(address, "v1/completions") ? "max_completion_tokens" : "max_tokens";
    }

    private static bool Has(string address, string part) => address.IndexOf(part, System.StringComparison.OrdinalIgnoreCase) >= 0;
}
