namespace SafeLlm.Formats;

/// <summary>One JSON document, or several behind one another (NDJSON), or an array of them.</summary>
internal sealed class JsonScanner(JsonSkimmer skimmer) : BodyScanner
{
    /// <inheritdoc/>
    public override bool IsBroken => skimmer.IsBroken;

    /// <inheritdoc/>
    public override bool IsWhole => skimmer.IsDone;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes) => skimmer.Append(bytes);
}
