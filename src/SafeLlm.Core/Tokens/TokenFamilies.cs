namespace SafeLlm.Tokens;

/// <summary>The families of models, by their names and by who serves them: a table of constants.</summary>
internal static class TokenFamilies
{
    private const string Recorded = "fitted on recorded traffic, 2024-02 to 2026-08";
    private const string Documented = "documented by the provider, not recorded";

    /// <summary>Models that nobody fitted: nothing is known but that a token is at least a byte.</summary>
    public static TokenFamily Other { get; } = new("other", null, "not fitted: a generous hidden part is assumed")
    {
        Text = (1.2m, 4m),
        Fixed = (10, 1_024),
        Tools = (200, 2_048),
        SchemaJson = (1m, 4m),
        Json = (1.2m, 4m),
    };

    /// <summary>OpenAI's models, which are counted by <see cref="OpenAiPrompt"/>; here stands what bounds the frame around their bytes.</summary>
    public static TokenFamily OpenAi { get; } = new("openai", null, Recorded)
    {
        IsO200k = true,
        Text = 1m,
        Fixed = (3, 16),
        Message = (4, 16),
        System = (4, 16),
        Tools = (9, 128),
        Tool = (6, 16),
        Call = (12, 24),
        Forced = (4, 12),
        Schema = (8, 48),
        SchemaJson = 1m,
        Json = 1m,
    };

    private static readonly TokenFamily Claude = new("claude", null, Recorded)
    {
        Text = (1.08m, 1.26m),
        Fixed = (3, 40),
        Message = 4,
        System = (0, 4),
        Tools = (330, 600),
        Tool = (-35, 0),
        Json = (1.33m, 1.4m),
        Call = (42, 58),
        Forced = (95, 125),
        Schema = (128, 150),
        SchemaJson = (1.05m, 1.25m),
        Thinking = (29, 0),
        Images = FamilyImages.Claude,
    };

    private static readonly TokenFamily NewClaude = Claude with { Text = (1.42m, 1.7m), Fixed = (3, 80), Json = (1.5m, 1.75m), Images = FamilyImages.LargeClaude };

    private static readonly TokenFamily Gemini = new("gemini", null, Recorded)
    {
        Text = (1.05m, 1.2m),
        Fixed = (1, 12),
        Message = (0, 2),
        System = (0, 2),
        Tools = (0, 60),
        Tool = (0, 12),
        Json = (1m, 1.6m),
        Call = (5, 24),
        Schema = (0, 70),
        SchemaJson = (0, 1.2m),
        Images = FamilyImages.Gemini,
    };

    private static readonly TokenFamily Llama = new("llama", null, Recorded)
    {
        Text = (1.02m, 1.25m),
        Fixed = (31, 44),
        Message = (4, 5),
        System = (0, 5),
        Tools = (94, 720),
        Tool = (0, 16),
        Json = (1.1m, 1.4m),
        Call = (32, 48),
    };

    private static readonly TokenFamily Cohere = new("command", null, Recorded)
    {
        Text = (1.03m, 1.3m),
        Fixed = (66, 220),
        Message = (6, 12),
        System = (32, 40),
        Tools = (780, 900),
        Json = (1.1m, 1.4m),
        Call = (82, 100),
        Schema = (75, 100),
        SchemaJson = 1m,
    };

    private static readonly TokenFamily Mistral = new("mistral", null, Recorded)
    {
        Text = (1.05m, 1.4m),
        Fixed = (3, 20),
        Message = (2, 5),
        System = (0, 6),
        Tools = (8, 40),
        Tool = (2, 12),
        Json = (1.35m, 1.7m),
        Call = (8, 24),
    };

    private static readonly TokenFamily Grok = new("grok", null, Recorded)
    {
        Text = (1m, 1.2m),
        Fixed = (1, 14),
        Message = (1, 4),
        System = (1, 6),
        Tools = (143, 165),
        Json = (1m, 1.3m),
        Call = (22, 34),
        Schema = (28, 60),
        SchemaJson = 1m,
    };

    private static readonly TokenFamily Qwen = new("qwen", null, Recorded)
    {
        Text = (1.01m, 1.2m),
        Fixed = (4, 14),
        Message = (5, 7),
        System = (6, 9),
        Tools = (100, 240),
        Json = (1.05m, 1.3m),
        Call = (20, 34),
    };

    private static readonly TokenFamily DeepSeek = new("deepseek", null, Recorded)
    {
        Text = (1.05m, 1.4m),
        Fixed = (3, 28),
        Message = (1, 6),
        System = (0, 6),
        Tools = (225, 260),
        Json = (1.2m, 1.45m),
        Call = (40, 64),
    };

    // the first row of which the name is part of the model's and the host the end of the authority; what is more specific stands first
    private static readonly TokenFamily[] Rows =
    [
        Claude with { Name = "claude-3-opus", Tools = (540, 580) },
        Claude with { Name = "claude-3-haiku", Tools = (260, 290) },
        Claude with { Name = "claude-3-sonnet", Tools = (165, 200) },
        Claude with { Name = "claude-3-5-haiku", Tools = (275, 310) },
        Claude with { Name = "claude-3-5-sonnet", Tools = (300, 335) },
        NewClaude with { Name = "claude-opus-4-7", Tools = (370, 440) },
        NewClaude with { Name = "claude-opus-4-8", Tools = (370, 440) },
        NewClaude with { Name = "claude-sonnet-4-7", Tools = (400, 500) },
        NewClaude with { Name = "claude-sonnet-4-8", Tools = (400, 500) },
        NewClaude with { Name = "claude-haiku-4-7", Tools = (400, 500) },
        NewClaude with { Name = "claude-opus-5", Tools = (430, 500) },
        NewClaude with { Name = "claude-sonnet-5", Tools = (430, 500) },
        NewClaude with { Name = "claude-haiku-5", Tools = (430, 500) },
        NewClaude with { Name = "claude-fable", Tools = (430, 500) },
        Claude with { Name = "claude-haiku-4-5", Tools = (503, 545) },
        Claude with { Name = "claude-sonnet-4-5", Tools = (503, 545) },
        Claude with { Name = "claude-opus-4-5", Tools = (503, 545) },
        Claude with { Name = "claude-sonnet-4-6", Tools = (505, 555) },
        Claude with { Name = "claude-opus-4-6", Tools = (490, 545) },
        Claude,
        Gemini with { Name = "gemini-2-0", Json = (0.6m, 1.2m) },
        Gemini with { Name = "gemini-1-5", Json = (0.6m, 1.2m) },
        Gemini with { Name = "gemini-3", Host = "aiplatform.googleapis.com", Json = (0.65m, 1.2m), Images = FamilyImages.Gemini3 },
        Gemini with { Name = "gemini-3", Images = FamilyImages.Gemini3 },
        Gemini with { Host = "aiplatform.googleapis.com", Json = (0.65m, 1.2m) },
        Gemini,
        Gemini with { Name = "gemma", Fixed = (8, 16), Message = (1, 5) },
        new("nova-2-lite", null, Recorded) { Text = (1m, 1.25m), Fixed = (44, 60), Message = (2, 4), System = (0, 4), Tools = (812, 850), Json = (1.15m, 1.4m), Call = (42, 56) },
        new("nova-2-multimodal-embeddings", null, Recorded) { Text = (1m, 1.4m), Fixed = (15, 24) },
        new("nova", null, Recorded) { Text = (1.05m, 1.4m), Fixed = (0, 36), Message = (0, 4), System = (0, 4), Tools = (345, 380), Json = (1.05m, 1.4m), Call = (18, 30) },
        new("titan-embed", null, Recorded) { Text = (1.05m, 1.5m), Fixed = (0, 4) },
        new("titan", null, Recorded) { Text = (1.1m, 1.6m), Fixed = (1, 24), Message = (0, 4) },
        new("cohere-command", null, Recorded) { Text = (1.1m, 1.4m), Fixed = (0, 28), Message = (0, 6), Tools = (780, 900) },
        Cohere with { Name = "command-a-reasoning", Fixed = (1_382, 1_450), Tools = (0, 100) },
        Cohere with { Name = "command-a-plus", Fixed = (70, 460), Tools = (120, 900) },
        Cohere with { Name = "command-a", Fixed = (489, 520), Tools = (885, 940) },
        Cohere with { Name = "command-r7b", Fixed = (489, 520), Tools = (885, 940) },
        Cohere with { Name = "command-r-08-2024", Fixed = (190, 220) },
        Cohere with { Name = "command-r-plus-08-2024", Fixed = (190, 220) },
        Cohere,
        new("compound", null, Recorded) { IsAgentic = true },
        new("gpt-oss", "groq.com", Recorded) { IsO200k = true, Text = 1m, Fixed = (90, 108), Message = (1, 4), System = (4, 10), Tools = (-8, 60), Json = (1m, 1.15m), Call = (12, 32), Schema = (48, 60), SchemaJson = 1m },
        new("gpt-oss", null, Recorded) { IsO200k = true, Text = 1m, Fixed = (66, 74), Message = (1, 4), System = (7, 10), Tools = (0, 60), Json = (0.95m, 1.15m), Call = (12, 32), Schema = (48, 60), SchemaJson = 1m },
        Llama with { Host = "groq.com", Tools = (626, 680) },
        Llama with { Host = "huggingface.co", Tools = (510, 620) },
        Llama with { Name = "llama3-8b", Fixed = (6, 16) },
        Llama with { Name = "llama3-70b", Fixed = (6, 16) },
        Llama with { Name = "llama2", Fixed = (10, 40), Text = (1.2m, 1.5m) },
        Llama,
        Qwen,
        Qwen with { Name = "qwq", Provenance = Documented },
        DeepSeek with { Name = "deepseek-v4", Fixed = (82, 90) },
        DeepSeek,
        Grok with { Host = "x.ai", Fixed = (190, 212), Tools = (31, 60), Schema = (18, 30) },
        Grok,
        new("glm", null, Recorded) { Text = (1.03m, 1.25m), Fixed = (8, 16), Message = (1, 4), Tools = (98, 130), Json = (1.02m, 1.3m), Call = (10, 30) },
        Mistral with { Name = "mistral-small", Fixed = (13, 22) },
        Mistral with { Name = "mistral-embed", Text = (1.25m, 1.6m) },
        Mistral,
        Mistral with { Name = "magistral" },
        Mistral with { Name = "ministral" },
        Mistral with { Name = "pixtral" },
        Mistral with { Name = "mixtral", Fixed = (7, 16) },
        Mistral with { Name = "codestral", Provenance = Documented },
        Mistral with { Name = "devstral", Fixed = (5, 24) },
        new("sonar", null, Recorded) { Text = (1m, 1.1m), Fixed = (1, 4), Message = (0, 1), System = (0, 2) },
        new("palmyra", null, Recorded) { Text = (1.05m, 1.4m), Fixed = (29, 40), Tools = (99, 130), Json = (1m, 1.3m) },
        new("jamba", null, Recorded) { Text = (1.05m, 1.4m), Fixed = (7, 20) },
        new("minimax", null, Recorded) { Text = (1.05m, 1.4m), Fixed = (18, 40) },
        new("voyage", null, Recorded) { Text = (1.05m, 1.5m), Fixed = (0, 4) },
        new("cohere-embed", null, Recorded) { Text = (1.05m, 1.6m), Fixed = (0, 4) },
        new("embed-", null, Recorded) { Text = (1.1m, 1.6m), Fixed = (0, 6) },
        new("text-embedding-004", null, Recorded) { Text = (1.3m, 1.6m), Fixed = (0, 5) },
        new("textembedding-gecko", null, Documented) { Text = (1.1m, 1.5m), Fixed = (0, 5) },
        new("nomic-embed", null, Documented) { Text = (1.1m, 1.6m), Fixed = (2, 6) },
        new("moonshot", null, Documented) { Text = (1.05m, 1.4m), Fixed = (8, 40) },
        new("kimi", null, Documented) { Text = (1.05m, 1.4m), Fixed = (8, 40) },
        new("phi-", null, Documented) { Text = (1.05m, 1.4m), Fixed = (8, 40) },
    ];

    /// <summary>The family of a model.</summary>
    /// <param name="model">Its name, with or without who serves it.</param>
    /// <param name="authority">Where the request goes; empty where that is not known.</param>
    public static TokenFamily For(string model, string authority)
    {
        var name = model.Replace('.', '-');
        foreach (var family in Rows)
        {
            if (name.Contains(family.Name, StringComparison.OrdinalIgnoreCase) && (family.Host is null || authority.EndsWith(family.Host, StringComparison.OrdinalIgnoreCase)))
            {
                return family;
            }
        }

        return Other;
    }
}
