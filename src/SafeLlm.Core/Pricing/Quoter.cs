using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Tokens;

namespace SafeLlm.Pricing;

/// <summary>Finds what a call will cost, and what it did cost. Thread-safe.</summary>
public sealed class Quoter(ModelCatalog catalog)
{
    // a provider was seen to generate one token more than its bound (Amazon Titan)
    private const long BoundSlack = 1;

    // where nothing is known of a call's like: a fourth of the bound
    private const long ExpectedShare = 4;

    private readonly PromptEstimator estimator = new();

    /// <summary>The catalog behind the quotes.</summary>
    public ModelCatalog Catalog => catalog;

    /// <summary>Quotes a call.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model's price.</param>
    /// <param name="method">By bytes (fast, upper end generous) or by counting.</param>
    public Quote Quote(CallFacts facts, ModelPrice model, EstimateMethod method)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        var input = method == EstimateMethod.Bytes ? estimator.FromBytes(facts, model) : estimator.FromCount(facts, model);
        var reasons = new List<string>(input.Reasons);
        var output = Output(facts, model, reasons);
        return new Quote
        {
            Model = model.Model,
            Input = input.Tokens,
            Output = output,
            Lower = LowerCost(model, input.Tokens.Lower),
            Expected = Cost(model, new BillableUsage(input.Tokens.Expected, 0, 0, output.Expected)),
            Upper = UpperCost(model, input.Tokens.Upper, output.Upper),
            Basis = (EstimateBasis)Math.Max((int)input.Basis, (int)EstimateBasis.Bounded),
            Method = input.Method,
            Reasons = reasons,
            PricesOf = catalog.Date,
        };
    }

    /// <summary>What usage costs: exact per token, rounded up once to a whole nano-dollar.</summary>
    /// <param name="model">The model's price.</param>
    /// <param name="usage">The usage; amounts below 0 count as 0, and a cost beyond all money saturates.</param>
    public static NanoUsd Cost(ModelPrice model, BillableUsage usage)
    {
        ArgumentNullException.ThrowIfNull(model);
        var cost = default(Money);
        cost.Add(usage.Input, model.InputPerMillion);
        cost.Add(usage.CacheRead, model.CachedInputPerMillion ?? model.InputPerMillion);
        cost.Add(usage.CacheWrite, model.CacheWritePerMillion ?? model.InputPerMillion);
        cost.Add(usage.Output, model.OutputPerMillion);
        return cost.RoundedUp;
    }

    /// <summary>The largest output bound, in tokens a choice, whose cost and tokens fit into what the denied limits have free; null where none does.</summary>
    /// <param name="quote">The quote that did not fit.</param>
    /// <param name="model">The model's price.</param>
    /// <param name="choices">How many choices the call asks for.</param>
    /// <param name="denials">The limits that denied it.</param>
    public static long? LargestOutputBound(Quote quote, ModelPrice model, int choices, IReadOnlyList<LimitDenial> denials)
    {
        ArgumentNullException.ThrowIfNull(quote);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(denials);
        long? fits = null;
        foreach (var denial in denials)
        {
            var room = denial.Limit.Dimension switch
            {
                Dimension.Tokens => denial.Free - quote.Input.Upper,
                Dimension.OutputTokens => denial.Free,
                Dimension.Dollars => OutputFor(quote, model, denial.Free),

                // no bound makes fewer requests, or less input
                _ => 0,
            };
            fits = Math.Min(fits ?? long.MaxValue, (room - BoundSlack) / Math.Max(1, choices));
        }

        return fits is > 0 ? fits : null;
    }

    /// <summary>The most output tokens that money pays for beside the input; below 0 where it does not even pay that.</summary>
    private static long OutputFor(Quote quote, ModelPrice model, long nanos)
    {
        if (UpperCost(model, quote.Input.Upper, 0).Value > nanos)
        {
            return -1;
        }

        long low = 0, high = long.MaxValue;
        while (low < high)
        {
            var middle = low + ((high - low) / 2) + 1;
            if (UpperCost(model, quote.Input.Upper, middle).Value <= nanos)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private static NanoUsd LowerCost(ModelPrice model, long input)
    {
        var cost = default(Money);
        cost.Add(input, Math.Min(model.InputPerMillion, model.CachedInputPerMillion ?? model.InputPerMillion));
        return cost.RoundedUp;
    }

    private static NanoUsd UpperCost(ModelPrice model, long input, long output)
    {
        var cost = default(Money);
        cost.Add(input, model.DearestInput());
        cost.Add(output, model.OutputPerMillion);
        return cost.RoundedUp;
    }

    private TokenRange Output(CallFacts facts, ModelPrice model, List<string> reasons)
    {
        if (model.IsEmbedding)
        {
            return default;
        }

        long upper;
        if (facts.Bound.Tokens is { } bound)
        {
            upper = bound > long.MaxValue - BoundSlack ? long.MaxValue : Math.Max(0, bound) + BoundSlack;
        }
        else
        {
            var most = model.MaxOutputTokens ?? model.ContextTokens ?? estimator.LargestContext;
            upper = new OutputBound(most, facts.Bound.Choices).Tokens!.Value;
            reasons.Add(model.MaxOutputTokens is null
                ? $"the request has no output bound and the catalog no most output of {model.Model}: {most} tokens stand for it"
                : $"the request has no output bound: the most that {model.Model} gives, {most} tokens, stands for it");
        }

        reasons.Add($"the expected output is 1/{ExpectedShare} of its upper end");
        return new TokenRange(0, upper / ExpectedShare, upper);
    }
}
