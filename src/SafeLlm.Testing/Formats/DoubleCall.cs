namespace SafeLlm.Testing;

/// <summary>A request to a model as the double understands it; a format whose answers need more derives from it.</summary>
internal record DoubleCall(string Model)
{
    /// <summary>Whether the answer is streamed.</summary>
    public bool IsStreaming { get; init; }

    /// <summary>Whether a stream tells its usage.</summary>
    public bool AsksForUsage { get; init; }

    /// <summary>The output bound of one choice; null where there is none.</summary>
    public long? Bound { get; init; }

    /// <summary>How many choices to generate.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Tokens in.</summary>
    public long InputTokens { get; init; }

    /// <summary>How many messages there are.</summary>
    public int Turns { get; init; }

    /// <summary>The text of the last message.</summary>
    public string LastText { get; init; } = "";
}
