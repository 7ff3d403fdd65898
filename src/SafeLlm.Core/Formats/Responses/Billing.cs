namespace SafeLlm.Formats;

/// <summary>How the numbers of providers become amounts that do not overlap (<c>wire-formats.md</c> C.11).</summary>
internal static class Billing
{
    /// <summary>
    /// OpenAI's way: cached and cache-written tokens are part of the input, reasoning of the output. What the total has beyond both is billed too:
    /// sound where more of it is told than the input has (Mistral), else reasoning, told (xAI) or not (Google).
    /// </summary>
    public static BillableUsage? Inclusive(Tally tally)
    {
        if (tally[Skim.Input] is not { } input) return null;
        var output = tally[Skim.Output] ?? (tally[Skim.Total] is { } all && all >= input ? all - input : null);
        if (output is not { } generated) return null;
        if (tally[Skim.Total] is { } total && total > Add(input, generated))
        {
            var beyond = total - Add(input, generated);
            if (tally[Skim.AudioInput] > input) input += beyond;
            else generated += beyond;
        }

        var cacheRead = Math.Min(tally[Skim.CachedInput] ?? 0, input);
        var cacheWrite = Math.Min(tally[Skim.CacheWrite] ?? 0, input - cacheRead);
        return new(input - cacheRead - cacheWrite, cacheRead, cacheWrite, generated)
        {
            Reasoning = Math.Min(tally[Skim.Reasoning] ?? 0, generated),
            AudioInput = Math.Min(tally[Skim.AudioInput] ?? 0, input - cacheRead - cacheWrite),
            AudioOutput = Math.Min(tally[Skim.AudioOutput] ?? 0, generated),
        };
    }

    /// <summary>
    /// Anthropic's and Amazon's way: cached and cache-written tokens come on top of the input, and on top of all the passes in which the
    /// conversation was compacted.
    /// </summary>
    public static BillableUsage? Exclusive(Tally tally)
    {
        if (tally[Skim.Input] is not { } input || tally[Skim.Output] is not { } output) return null;
        var cacheWrite = Both(Skim.CacheWrite, Skim.CompactedCacheWrite);
        return new(Add(input, tally[Skim.CompactedInput] ?? 0), Both(Skim.CachedInput, Skim.CompactedCachedInput), cacheWrite, Add(output, tally[Skim.CompactedOutput] ?? 0))
        {
            CacheWriteLong = Math.Min(Add(Both(Skim.CacheWriteLong, Skim.CompactedCacheWriteLong), tally[Skim.CacheWriteLongByTime] ?? 0), cacheWrite),
        };

        long Both(Skim field, Skim compacted) => Add(tally[field] ?? 0, tally[compacted] ?? 0);
    }

    /// <summary>The same for whatever model answers: embeddings report no output, as there is none.</summary>
    public static BillableUsage? Invoke(Tally tally) =>
        tally[Skim.Input] is { } input && tally[Skim.Output] is null && tally.Output.Bytes == 0
            ? new(input, tally[Skim.CachedInput] ?? 0, tally[Skim.CacheWrite] ?? 0, 0)
            : Exclusive(tally);

    /// <summary>Google's way: cached tokens are part of the input, those of tools come on top, and so do thoughts to the output.</summary>
    public static BillableUsage? Google(Tally tally)
    {
        if (tally[Skim.Input] is not { } input) return null;
        // No candidates are no output only where the total says so: whoever asks for a part of an answer can leave both out.
        if (tally[Skim.Output] is null && !(tally[Skim.Total] <= Add(Add(input, tally[Skim.ToolInput] ?? 0), tally[Skim.Reasoning] ?? 0))) return null;
        var cacheRead = Math.Min(tally[Skim.CachedInput] ?? 0, input);
        var fresh = Add(input - cacheRead, tally[Skim.ToolInput] ?? 0);
        return new(fresh, cacheRead, 0, Add(tally[Skim.Output] ?? 0, tally[Skim.Reasoning] ?? 0))
        {
            Reasoning = tally[Skim.Reasoning] ?? 0,
            // the list has what the cache served too
            AudioInput = Math.Clamp((tally[Skim.AudioInputByKind] ?? 0) - (tally[Skim.CachedAudioByKind] ?? 0), 0, fresh),
            AudioOutput = Math.Min(tally[Skim.AudioOutputByKind] ?? 0, tally[Skim.Output] ?? 0),
        };
    }

    /// <summary>Cohere's way: what is billed is counted apart from what was processed.</summary>
    public static BillableUsage? Cohere(Tally tally)
    {
        var input = tally[Skim.BilledInput] ?? tally[Skim.Input];
        var output = tally[Skim.BilledOutput] ?? tally[Skim.Output];
        return input is null && output is null ? null : new(input ?? 0, 0, 0, output ?? 0);
    }

    /// <summary>Ollama's way: a number that is 0 is left out, as where the whole prompt was cached.</summary>
    public static BillableUsage? Ollama(Tally tally) =>
        tally[Skim.Input] is null && tally[Skim.Output] is null ? null : new(tally[Skim.Input] ?? 0, 0, 0, tally[Skim.Output] ?? 0);

    /// <summary>Embeddings and counting: only input, and some services give only the total.</summary>
    public static BillableUsage? InputOnly(Tally tally) =>
        (tally[Skim.Input] ?? tally[Skim.BilledInput] ?? tally[Skim.Total]) is { } input ? new(input, 0, 0, 0) { AudioInput = Math.Min(tally[Skim.AudioInputByKind] ?? 0, input) } : null;

    /// <summary>Adds without overflow: what a response says is not trusted.</summary>
    public static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
