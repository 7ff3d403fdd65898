using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>The prices of a model by kind, service tier and length of the input: found once, read with every call. Thread-safe.</summary>
internal sealed class RateTable
{
    private static readonly int Kinds = Enum.GetValues<PriceKind>().Length;
    private static readonly int Tiers = Enum.GetValues<ServiceTier>().Length;

    // the lengths of input above which other prices hold, in their order; below the first of them the prices of any input do
    private readonly long[] thresholds;
    private readonly decimal[]?[] rows;
    private DearestRates? dearest;

    public RateTable(ModelPrice model)
    {
        Model = model;
        thresholds = [.. model.Steps.Select(step => step.AboveInputTokens).Where(above => above > 0).Distinct().Order()];
        rows = new decimal[]?[(thresholds.Length + 1) * Tiers];
    }

    /// <summary>Whose prices they are.</summary>
    public ModelPrice Model { get; }

    /// <summary>The reason of quotes whose expected output was learned.</summary>
    public string[] ExpectedAsBefore => field ??= [$"the expected output is what calls of {Model.Model} gave before"];

    /// <summary>The prices for an input of a length, by kind; not to be changed.</summary>
    public decimal[] For(long input, ServiceTier tier) =>
        rows[(LengthOf(input) * Tiers) + (int)tier] ??= Row(input, tier);

    /// <summary>The dearest that may apply to input and to output: of what a request asks for or the standard, long or short, whichever kind of tokens.</summary>
    public (decimal Input, decimal Output) Dearest(long input, PriceNeeds needs)
    {
        var known = dearest;
        var length = LengthOf(input);
        if (known is not null && known.Needs == needs && known.Length == length) return (known.Input, known.Output);

        decimal dearestInput = 0, dearestOutput = 0;
        foreach (var tier in (ReadOnlySpan<ServiceTier>)[ServiceTier.Standard, needs.ServiceTier])
        {
            foreach (var tokens in (ReadOnlySpan<long>)[0, input])
            {
                var rates = For(tokens, tier);
                foreach (var kind in (ReadOnlySpan<PriceKind>)[PriceKind.Input, PriceKind.CachedInput, PriceKind.CacheWrite, needs.LongCache ? PriceKind.CacheWriteLong : PriceKind.Input, needs.Audio ? PriceKind.AudioInput : PriceKind.Input])
                {
                    dearestInput = Math.Max(dearestInput, rates[(int)kind]);
                }

                foreach (var kind in (ReadOnlySpan<PriceKind>)[PriceKind.Output, PriceKind.Reasoning, PriceKind.AudioOutput])
                {
                    dearestOutput = Math.Max(dearestOutput, rates[(int)kind]);
                }
            }
        }

        // Most calls of a model ask for the same.
        dearest = new DearestRates(needs, length, dearestInput, dearestOutput);
        return (dearestInput, dearestOutput);
    }

    private decimal[] Row(long input, ServiceTier tier) => [.. Enumerable.Range(0, Kinds).Select(kind => Of((PriceKind)kind, input, tier))];

    private int LengthOf(long input)
    {
        var length = 0;
        while (length < thresholds.Length && input > thresholds[length]) length++;
        return length;
    }

    private decimal Of(PriceKind kind, long input, ServiceTier tier)
    {
        var plainKind = kind is PriceKind.Output or PriceKind.Reasoning or PriceKind.AudioOutput ? PriceKind.Output : PriceKind.Input;
        var plain = Find(plainKind, input, tier) ?? 0;
        var own = Find(kind, input, tier) ?? (kind == PriceKind.CacheWriteLong ? Find(PriceKind.CacheWrite, input, tier) : null);
        if (own is not { } price) return plain;

        // Where plain tokens have a price for the tier or the length and these have none, theirs is not known: what a cache serves alone may cost less.
        return kind == PriceKind.CachedInput || plain == Base(plainKind) || HasStep(kind, input, tier) ? price : Math.Max(price, plain);
    }

    private bool HasStep(PriceKind kind, long input, ServiceTier tier) =>
        Model.Steps.Any(step => step.Kind == kind && step.ServiceTier == tier && (step.AboveInputTokens == 0 || input > step.AboveInputTokens));

    private decimal? Find(PriceKind kind, long input, ServiceTier tier)
    {
        var standard = Base(kind);
        decimal? other = null;
        long threshold = 0, otherThreshold = 0;
        foreach (var step in Model.Steps)
        {
            if (step.Kind != kind || input <= step.AboveInputTokens && step.AboveInputTokens > 0)
            {
                continue;
            }

            if (step.ServiceTier == ServiceTier.Standard && step.AboveInputTokens >= threshold)
            {
                (standard, threshold) = (step.PerMillion, step.AboveInputTokens);
            }
            else if (step.ServiceTier == tier && tier != ServiceTier.Standard && step.AboveInputTokens >= otherThreshold)
            {
                (other, otherThreshold) = (step.PerMillion, step.AboveInputTokens);
            }
        }

        // a tier whose price for long inputs is not known: never less than what is known
        return other is not { } price ? standard
            : tier == ServiceTier.Priority ? Math.Max(price, standard ?? price)
            : otherThreshold >= threshold ? price : standard;
    }

    private decimal? Base(PriceKind kind) => kind switch
    {
        PriceKind.Input => Model.InputPerMillion,
        PriceKind.Output => Model.OutputPerMillion,
        PriceKind.CachedInput => Model.CachedInputPerMillion,
        PriceKind.CacheWrite => Model.CacheWritePerMillion,
        PriceKind.CacheWriteLong => Model.CacheWriteLongPerMillion,
        PriceKind.Reasoning => Model.ReasoningPerMillion,
        PriceKind.AudioInput => Model.AudioInputPerMillion,
        _ => Model.AudioOutputPerMillion,
    };

    private sealed record DearestRates(PriceNeeds Needs, int Length, decimal Input, decimal Output);

    /// <summary>Holds the table of a model. It is no part of what the model is: two with the same prices are equal, looked up or not.</summary>
    internal struct Memo : IEquatable<Memo>
    {
        private RateTable? table;

        /// <summary>The table; a copy of a model takes its original's with it, and gets one of its own.</summary>
        public RateTable For(ModelPrice model)
        {
            var known = table;
            if (known is null || !ReferenceEquals(known.Model, model)) table = known = new RateTable(model);
            return known;
        }

        public readonly bool Equals(Memo other) => true;

        public override readonly bool Equals(object? obj) => obj is Memo;

        public override readonly int GetHashCode() => 0;
    }
}
