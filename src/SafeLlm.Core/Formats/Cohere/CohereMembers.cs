namespace SafeLlm.Formats;

/// <summary>What Cohere's formats have in common (C.9): tokens that were processed, and units that are billed, apart.</summary>
internal static class CohereMembers
{
    /// <summary>Documents to answer from are prompt text in any shape.</summary>
    public static readonly RequestShape Documents = RequestShape.Part(PromptPartKind.ToolResult);

    /// <summary>The line that ends a stream of version 1 at its bound.</summary>
    public static readonly ReadOnlyMemory<byte> StreamEnd = "{\"is_finished\":true,\"event_type\":\"stream-end\",\"finish_reason\":\"MAX_TOKENS\"}\n"u8.ToArray();

    public static (string Path, Skim Field)[] Counted(string at) =>
    [
        ($"{at}.tokens.input_tokens", Skim.Input),
        ($"{at}.tokens.output_tokens", Skim.Output),
        ($"{at}.billed_units.input_tokens", Skim.BilledInput),
        ($"{at}.billed_units.output_tokens", Skim.BilledOutput),
        ($"{at}.cached_tokens", Skim.CachedInput),
    ];
}
