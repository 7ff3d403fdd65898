using SafeLlm.Formats;

namespace SafeLlm.Fuzzing;

/// <summary>One target for each wire format and its variants; an input's first byte picks one.</summary>
internal static class Routes
{
    public static IReadOnlyList<RequestTarget> All { get; } =
    [
        Of("api.openai.com/v1/chat/completions"),
        Of("x.openai.azure.com/openai/deployments/d/chat/completions"),
        Of("api.mistral.ai/v1/chat/completions"),
        Of("api.openai.com/v1/responses"),
        Of("api.openai.com/v1/embeddings"),
        Of("api.openai.com/v1/completions"),
        Of("api.anthropic.com/v1/messages"),
        Of("api.anthropic.com/v1/complete"),
        Of("generativelanguage.googleapis.com/v1beta/models/g:generateContent"),
        Of("generativelanguage.googleapis.com/v1beta/models/g:streamGenerateContent"),
        Of("generativelanguage.googleapis.com/v1beta/models/g:batchEmbedContents"),
        Of("aiplatform.googleapis.com/v1/publishers/google/models/g:predict"),
        Of("bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse"),
        Of("bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse-stream"),
        Of("bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-text-lite-v1/invoke"),
        Of("bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku/invoke-with-response-stream"),
        Of("localhost:11434/api/chat"),
        Of("localhost:11434/api/generate"),
        Of("localhost:11434/api/embed"),
        Of("api.cohere.com/v2/chat"),
        Of("api.cohere.com/v1/chat"),
        Of("api.cohere.com/v1/generate"),
        Of("api.cohere.com/v2/embed"),
        Of("api.example/generate"),
        Of("api.anthropic.com/v1/messages/count_tokens"),
    ];

    public static RequestTarget Pick(byte index) => All[index % All.Count];

    /// <summary>The first route of the format that a recorded target speaks; null where none is known.</summary>
    public static byte? IndexOf(in RequestTarget target)
    {
        var format = WireFormats.Default.Recognise(target);
        for (var i = 0; format is not null && i < All.Count; i++)
        {
            if (WireFormats.Default.Recognise(All[i]) == format && All[i].Path.Contains("tream", StringComparison.Ordinal) == target.Path.Contains("tream", StringComparison.Ordinal)) return (byte)i;
        }

        return null;
    }

    private static RequestTarget Of(string url) => RequestTarget.Parse("POST", url);
}
