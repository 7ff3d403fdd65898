using System.Collections.Frozen;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// Members of requests that no service makes a part of the prompt, however much stands in them: what is kept beside the call, where generation
/// stops or what form it takes, what is filtered, who serves it. Asked only for the few that are long.
/// </summary>
internal static class Settings
{
    private const int Longest = 40;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "metadata", "labels", "requestMetadata", "litellm_metadata", "trace", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_options",
        "logit_bias", "stop", "stop_sequences", "stopSequences", "include", "modalities", "transforms",
        "safetySettings", "safety_settings", "guardrailConfig", "amazon-bedrock-guardrailConfig", "moderation", "anthropic_beta",
        "provider", "performanceConfig", "additionalModelResponseFieldPaths", "embedding_types", "search_domain_filter", "search_settings",
        // the grammar of the answer where it is no prompt (vLLM, llama.cpp)
        "guided_json", "guided_choice", "guided_regex", "guided_grammar", "structured_outputs", "grammar");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a member is one of them. One that is spelled with escapes is none.</summary>
    public static bool Has(ReadOnlySpan<byte> name)
    {
        if (name.Length > Longest || !Ascii.IsValid(name)) return false;
        Span<char> text = stackalloc char[name.Length];
        return Names.Contains(text[..Encoding.ASCII.GetChars(name, text)]);
    }
}
