using System.Globalization;
using System.Text.Json;

namespace SafeLlm.CatalogGenerator;

/// <summary>Reads facts from the table of BerriAI/litellm (MIT): dollars a token.</summary>
internal static class LiteLlmTable
{
    private static readonly string[] Modes = ["chat", "completion", "responses", "embedding"];

    // what a member of the table is called in the catalog
    private static readonly (string Member, string Key)[] Members =
    [
        ("input_cost_per_token", "in"),
        ("output_cost_per_token", "out"),
        ("cache_read_input_token_cost", "cr"),
        ("input_cost_per_token_cache_hit", "cr"),
        ("cache_creation_input_token_cost", "cw"),
        ("cache_creation_input_token_cost_above_1hr", "cw1h"),
        ("output_cost_per_reasoning_token", "reasoning"),
        ("input_cost_per_audio_token", "audio-in"),
        ("output_cost_per_audio_token", "audio-out"),
        ("cache_read_input_audio_token_cost", "audio-cr"),
        ("cache_creation_input_audio_token_cost", "audio-cw"),
        ("input_cost_per_image_token", "image-in"),
        ("output_cost_per_image_token", "image-out"),
    ];

    private static readonly (string Suffix, string Mark)[] Suffixes =
    [
        ("", ""), ("_priority", ":priority"), ("_flex", ":flex"), ("_batches", ":batch"),
        ("_above_128k_tokens", "@128000"), ("_above_200k_tokens", "@200000"), ("_above_256k_tokens", "@256000"), ("_above_272k_tokens", "@272000"), ("_above_512k_tokens", "@512000"),
        ("_above_200k_tokens_priority", "@200000:priority"), ("_above_272k_tokens_priority", "@272000:priority"), ("_above_272k_tokens_flex", "@272000:flex"),
    ];

    private static readonly Dictionary<string, string> Providers = new(StringComparer.Ordinal)
    {
        ["text-completion-openai"] = "openai",
        ["azure_text"] = "azure",
        ["bedrock_converse"] = "bedrock",
        ["bedrock_mantle"] = "bedrock-mantle",
        ["gemini"] = "google",
        ["palm"] = "google",
        ["cohere_chat"] = "cohere",
        ["together_ai"] = "together",
        ["fireworks_ai"] = "fireworks",
        ["fireworks_ai-embedding-models"] = "fireworks",
        ["xai"] = "x-ai",
        ["moonshot"] = "moonshotai",
        ["zai"] = "zhipuai",
        ["voyage"] = "voyageai",
        ["text-completion-codestral"] = "codestral",
        ["amazon_nova"] = "amazon-nova",
    };

    /// <summary>All models that take and give tokens.</summary>
    public static IEnumerable<RawModel> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var (key, value) in document.RootElement.EnumerateObject().Select(member => (member.Name, member.Value)))
        {
            var provider = Text(value, "litellm_provider");
            var mode = Text(value, "mode") ?? "chat";
            if (key == "sample_spec" || provider is null || !Modes.Contains(mode) || key.Contains("-month-commitment", StringComparison.Ordinal))
            {
                continue;
            }

            var model = new RawModel("litellm", Provider(provider), Name(key, provider), mode == "embedding")
            {
                Context = Whole(value, "max_input_tokens") ?? Whole(value, "max_tokens"),
                MaxOutput = Whole(value, "max_output_tokens"),
                IsReasoning = value.TryGetProperty("supports_reasoning", out var reasons) && reasons.ValueKind == JsonValueKind.True,
            };
            foreach (var (member, catalogKey) in Members)
            {
                foreach (var (suffix, mark) in Suffixes)
                {
                    if (Number(value, member + suffix) is { } price)
                    {
                        model.Prices[catalogKey + mark] = price * 1_000_000m;
                    }
                }
            }

            Tiers(value, model);
            Others(value, model);
            yield return model;
        }
    }

    /// <summary>Prices by ranges of input: what holds above a start.</summary>
    private static void Tiers(JsonElement value, RawModel model)
    {
        if (!value.TryGetProperty("tiered_pricing", out var tiers) || tiers.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var tier in tiers.EnumerateArray())
        {
            if (!tier.TryGetProperty("range", out var range) || range.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            var start = (long)range[0].GetDouble();
            foreach (var (member, key) in Members)
            {
                if (Number(tier, member) is { } price)
                {
                    model.Prices[start == 0 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}@{start}")] = price * 1_000_000m;
                }
            }
        }
    }

    private static void Others(JsonElement value, RawModel model)
    {
        if (Number(value, "input_cost_per_image") is { } image)
        {
            model.Prices["per-image"] = image;
        }

        if (Number(value, "input_cost_per_request") is { } request)
        {
            model.Prices["per-request"] = request;
        }

        if (value.TryGetProperty("search_context_cost_per_query", out var search) && search.ValueKind == JsonValueKind.Object)
        {
            model.Prices["per-search"] = search.EnumerateObject().Where(size => size.Value.ValueKind == JsonValueKind.Number).Select(size => Parse(size.Value)).DefaultIfEmpty().Max();
        }

        foreach (var region in (string[])["eu", "us"])
        {
            if (Number(value, $"regional_processing_uplift_multiplier_{region}") is { } factor)
            {
                model.Prices[$"factor-{region}"] = factor;
            }
        }

        if (value.TryGetProperty("provider_specific_entry", out var specific) && specific.ValueKind == JsonValueKind.Object)
        {
            foreach (var factor in specific.EnumerateObject().Where(factor => factor.Value.ValueKind == JsonValueKind.Number))
            {
                model.Prices[$"factor-{factor.Name}"] = Parse(factor.Value);
            }
        }
    }

    private static string Provider(string provider) =>
        Providers.TryGetValue(provider, out var name) ? name
        : provider.StartsWith("vertex_ai", StringComparison.Ordinal) ? "vertex"
        : provider;

    /// <summary>The name in a request: the key without who serves it.</summary>
    private static string Name(string key, string provider)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return key;
        }

        var head = key[..slash].Replace('-', '_');
        return head == provider.Replace('-', '_') || provider.StartsWith(head, StringComparison.Ordinal) || head is "vertex_ai" or "bedrock" or "azure" ? key[(slash + 1)..] : key;
    }

    private static string? Text(JsonElement value, string member) => value.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Whole(JsonElement value, string member) => Number(value, member) is { } number and >= 1 and <= 100_000_000 ? (long)number : null;

    private static decimal? Number(JsonElement value, string member) => value.TryGetProperty(member, out var number) && number.ValueKind == JsonValueKind.Number ? Parse(number) : null;

    /// <summary>The number as it is written: a double would not be it.</summary>
    private static decimal Parse(JsonElement number) => decimal.Parse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
