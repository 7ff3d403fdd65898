namespace SafeLlm.Tokens;

/// <summary>
/// How a family of models counts, against o200k_base over the same text: constants fitted on recorded traffic. A row of
/// <see cref="TokenFamilies"/>, and data on purpose: no model has code of its own but OpenAI's.
/// </summary>
/// <param name="Name">A part of the model's name; dots in names count as dashes.</param>
/// <param name="Host">The end of the authority that serves it; null where it is the same everywhere.</param>
/// <param name="Provenance">Where the constants come from.</param>
internal sealed record TokenFamily(string Name, string? Host, string Provenance)
{
    /// <summary>Tokens for each o200k_base token of text.</summary>
    public Factor Text { get; init; } = (1.1m, 1.4m);

    /// <summary>Whether its vocabulary is o200k_base itself, so that no text can be worse than its count.</summary>
    public bool IsO200k { get; init; }

    /// <summary>Whether the model is a service that calls tools of its own and reads their results.</summary>
    public bool IsAgentic { get; init; }

    /// <summary>The hidden part of any prompt.</summary>
    public Factor Fixed { get; init; } = (4, 40);

    /// <summary>Each message that is not the system's.</summary>
    public Factor Message { get; init; } = (3, 6);

    /// <summary>Each message of the system.</summary>
    public Factor System { get; init; } = (3, 8);

    /// <summary>The hidden part of a prompt with tools.</summary>
    public Factor Tools { get; init; } = (150, 512);

    /// <summary>Each tool behind the first.</summary>
    public Factor Tool { get; init; } = (0, 12);

    /// <summary>Tokens for each o200k_base token of tool declarations without white space.</summary>
    public Factor Json { get; init; } = (1.1m, 1.5m);

    /// <summary>Each replayed tool call with its result.</summary>
    public Factor Call { get; init; } = (15, 45);

    /// <summary>What a forced choice of a tool adds.</summary>
    public Factor Forced { get; init; } = (0, 20);

    /// <summary>What a response schema adds, beside itself.</summary>
    public Factor Schema { get; init; } = (0, 80);

    /// <summary>Tokens for each o200k_base token of a response schema; 0 where it only steers the decoder.</summary>
    public Factor SchemaJson { get; init; } = (0, 1.5m);

    /// <summary>What a budget for thinking adds.</summary>
    public Factor Thinking { get; init; }

    /// <summary>How it counts pictures; null where nobody knows.</summary>
    public Func<ImageSize, (long Expected, long Upper)>? Images { get; init; }
}
