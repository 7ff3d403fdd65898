namespace SafeLlm.Anomalies;

/// <summary>What a tier makes of a key's usage, whatever was learned of the key.</summary>
/// <param name="Floor">What is usual at least.</param>
/// <param name="MostOfFirstDay">What a first day counts for at most.</param>
internal readonly record struct UsageNorms(UsagePeaks Floor, UsagePeaks MostOfFirstDay);
