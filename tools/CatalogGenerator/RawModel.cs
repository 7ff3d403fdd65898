namespace SafeLlm.CatalogGenerator;

/// <summary>One model as one table has it.</summary>
/// <param name="Table">Which table.</param>
/// <param name="Provider">Who serves it, in the catalog's names.</param>
/// <param name="Name">The name that a request carries.</param>
/// <param name="IsEmbedding">Whether it gives no output that costs.</param>
internal sealed record RawModel(string Table, string Provider, string Name, bool IsEmbedding)
{
    /// <summary>Prices by the catalog's keys, dollars per million tokens unless the key says otherwise.</summary>
    public SortedDictionary<string, decimal> Prices { get; } = new(StringComparer.Ordinal);

    /// <summary>The context window, in tokens.</summary>
    public long? Context { get; set; }

    /// <summary>The most output, in tokens.</summary>
    public long? MaxOutput { get; set; }

    /// <summary>Whether it reasons.</summary>
    public bool IsReasoning { get; set; }

    /// <summary>Provider and name.</summary>
    public string Key => $"{Provider}\t{Name}";
}
