namespace SafeLlm.Tokens;

/// <summary>
/// How a family of models counts, against o200k_base over the same text: constants fitted on recorded traffic. A row of
/// <see cref="TokenFamilies"/>, and data on purpose: no model has code of its own but OpenAI's.
/// </summary>
/// <param name="Name">The family's name.</param>
/// <param name="Provenance">Where the constants come from.</param>
/// <param name="Slope">Likely tokens for each o200k_base token.</param>
/// <param name="UpperSlope">The most for each o200k_base token.</param>
internal sealed record TokenFamily(string Name, string Provenance, decimal Slope, decimal UpperSlope)
{
    /// <summary>Tokens a message.</summary>
    public int PerMessage { get; init; } = 4;

    /// <summary>The likely hidden part of a prompt of text.</summary>
    public int Fixed { get; init; }

    /// <summary>The largest hidden part of a prompt of text.</summary>
    public int FixedUpper { get; init; } = 64;

    /// <summary>What tools add, beside their declarations.</summary>
    public int ToolsFixed { get; init; }

    /// <summary>The most that tools add.</summary>
    public int ToolsFixedUpper { get; init; } = 512;

    /// <summary>Tokens that each replayed tool call adds.</summary>
    public int PerToolCall { get; init; } = 10;

    /// <summary>The most that each replayed tool call adds.</summary>
    public int PerToolCallUpper { get; init; } = 45;

    /// <summary>What a forced choice of a tool adds.</summary>
    public int ForcedTool { get; init; }

    /// <summary>What a response schema adds, beside itself.</summary>
    public int SchemaFixed { get; init; }

    /// <summary>The most that a response schema adds.</summary>
    public int SchemaFixedUpper { get; init; } = 300;
}
