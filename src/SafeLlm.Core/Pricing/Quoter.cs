using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Tokens;

namespace SafeLlm.Pricing;

/// <summary>Finds what a call will cost, and what it did cost. Thread-safe.</summary>
/// <param name="catalog">The prices.</param>
/// <param name="time">The clock; where there is none, nothing is learned and no age of prices is told.</param>
public sealed class Quoter(ModelCatalog catalog, TimeProvider? time = null)
{
    // a provider was seen to generate one token more than its bound (Amazon Titan)
    private const long BoundSlack = 1;

    // where nothing is known of a call's like: a fourth of the bound
    private const long ExpectedShare = 4;
    private static readonly string[] ExpectedByShare = [$"the expected output is 1/{ExpectedShare} of its upper end"];

    private static readonly string[] PredictedMayBeWrong = ["what of the prediction is wrong is billed as output"];

    private static readonly string[] MayBeCompacted = ["the provider may summarise the conversation first: its input counts twice, and the summary as output"];

    private readonly PromptEstimator estimator = new();
    private readonly OutputHistory? history = time is null ? null : new OutputHistory(time);

    /// <summary>The catalog behind the quotes.</summary>
    public ModelCatalog Catalog => catalog;

    /// <inheritdoc cref="PromptEstimator.RemembersCounts"/>
    public bool RemembersCounts
    {
        get => estimator.RemembersCounts;
        init => estimator = new PromptEstimator { RemembersCounts = value };
    }

    /// <summary>How many days old prices may be before every quote says so; 180 unless set.</summary>
    public int OldPricesDays { get; init; } = 180;

    /// <summary>How many days ago the prices were taken; null without a clock.</summary>
    public int? PriceAgeDays => time is null ? null : Math.Max(0, (int)(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerDay) - catalog.Date.DayNumber);

    /// <summary>Whether the prices are older than <see cref="OldPricesDays"/>.</summary>
    public bool ArePricesOld => PriceAgeDays > OldPricesDays;

    /// <summary>Quotes a call.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model's price.</param>
    /// <param name="method">By bytes (fast, upper end generous) or by counting.</param>
    /// <param name="scope">Who is charged: the likely output follows from what the scope used of the model before.</param>
    /// <param name="tools">What the tools cost that run at the provider; null where there are none, or their prices are not known.</param>
    public Quote Quote(CallFacts facts, ModelPrice model, EstimateMethod method, string? scope = null, HostedToolFees? tools = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        var input = method == EstimateMethod.Bytes ? estimator.FromBytes(facts, model) : estimator.FromCount(facts, model);
        var needs = PriceNeeds.Of(facts);
        var reasons = input.Reasons;
        var unbounded = Predicted(facts, model, method, ref reasons);
        if (facts.CompactsFrom <= input.Tokens.Upper)
        {
            // it reads all of the conversation once more, and no bound of the answer's limits the summary
            input = input with { Tokens = input.Tokens with { Upper = Billing.Add(input.Tokens.Upper, input.Tokens.Upper) } };
            unbounded = Billing.Add(unbounded, Most(model));
            Add(ref reasons, MayBeCompacted);
        }

        var output = Output(facts, model, scope, unbounded, ref reasons);
        var age = PriceAgeDays;
        PriceReasons(facts, model, age, tools, ref reasons);
        var advisors = AdvisorPrices.Of(facts, model, catalog);
        var upper = UpperCost(advisors?.Dearest ?? model, input.Tokens.Upper, output.Upper, needs);
        return new Quote
        {
            Model = model.Model,
            Input = input.Tokens,
            Output = output,
            Lower = LowerCost(model, input.Tokens.Lower, facts.ServiceTier),
            Expected = Cost(model, new BillableUsage(input.Tokens.Expected, 0, 0, output.Expected) { ServiceTier = facts.ServiceTier }),
            Upper = tools is null ? upper : upper + tools.Most,
            Basis = output.Upper == 0 ? input.Basis : (EstimateBasis)Math.Max((int)input.Basis, (int)EstimateBasis.Bounded),
            Method = input.Method,
            Reasons = reasons,
            PricesOf = catalog.Date,
            PriceAgeDays = age,
            Extras = unbounded == 0 && tools is null && advisors is null ? null : new QuoteExtras(unbounded, tools, advisors),
            Needs = needs,
        };
    }

    /// <summary>Learns from what a call used, for the quotes of calls like it.</summary>
    /// <param name="scope">Who was charged.</param>
    /// <param name="model">The model's price.</param>
    /// <param name="outputTokens">Output tokens, as the provider reported them.</param>
    public void Learn(string scope, ModelPrice model, long outputTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        history?.Add(scope, model.Model, outputTokens);
    }

    /// <summary>What usage costs: exact per token, rounded up once to a whole nano-dollar.</summary>
    /// <param name="model">The model's price.</param>
    /// <param name="usage">The usage; amounts below 0 count as 0, and a cost beyond all money saturates.</param>
    public static NanoUsd Cost(ModelPrice model, BillableUsage usage)
    {
        ArgumentNullException.ThrowIfNull(model);
        var rates = new Rates(model, Sum(usage.Input, usage.CacheRead, usage.CacheWrite), usage.ServiceTier);
        var (audioIn, audioOut) = (Part(usage.AudioInput, usage.Input), Part(usage.AudioOutput, usage.Output));
        var (cacheLong, reasoning) = (Part(usage.CacheWriteLong, usage.CacheWrite), Part(usage.Reasoning, usage.Output - audioOut));
        var cost = default(Money);
        cost.Add(usage.Input - audioIn, rates.Of(PriceKind.Input));
        cost.Add(audioIn, rates.Of(PriceKind.AudioInput));
        cost.Add(usage.CacheRead, rates.Of(PriceKind.CachedInput));
        cost.Add(usage.CacheWrite - cacheLong, rates.Of(PriceKind.CacheWrite));
        cost.Add(cacheLong, rates.Of(PriceKind.CacheWriteLong));
        cost.Add(usage.Output - audioOut - reasoning, rates.Of(PriceKind.Output));
        cost.Add(audioOut, rates.Of(PriceKind.AudioOutput));
        cost.Add(reasoning, rates.Of(PriceKind.Reasoning));
        cost.AddDollars(model.PerCall);
        return cost.RoundedUp;

        static long Part(long part, long whole) => Math.Clamp(part, 0, Math.Max(0, whole));
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
            fits = Math.Min(fits ?? long.MaxValue, (room - BoundSlack - quote.Unbounded) / Math.Max(1, choices));
        }

        return fits is > 0 ? fits : null;
    }

    /// <summary>The most output tokens that money pays for beside the input and the tools; below 0 where it does not even pay those.</summary>
    private static long OutputFor(Quote quote, ModelPrice model, long nanos)
    {
        var tools = quote.Tools?.Most.Value ?? 0;
        if (tools > nanos) return -1;
        model = quote.Advisors?.Dearest ?? model;
        nanos -= tools;
        if (UpperCost(model, quote.Input.Upper, 0, quote.Needs).Value > nanos)
        {
            return -1;
        }

        long low = 0, high = long.MaxValue;
        while (low < high)
        {
            var middle = low + ((high - low) / 2) + 1;
            if (UpperCost(model, quote.Input.Upper, middle, quote.Needs).Value <= nanos)
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

    private static NanoUsd LowerCost(ModelPrice model, long input, ServiceTier tier)
    {
        var rates = new Rates(model, input, tier);
        var cost = default(Money);
        cost.Add(input, Math.Min(rates.Of(PriceKind.Input), rates.Of(PriceKind.CachedInput)));
        cost.AddDollars(model.PerCall);
        return cost.RoundedUp;
    }

    /// <summary>With the dearest price that may apply: of what the request asks for or the standard, long or short, whichever kind of tokens.</summary>
    private static NanoUsd UpperCost(ModelPrice model, long input, long output, PriceNeeds needs)
    {
        var dearest = model.Rates.Dearest(input, needs);
        var cost = default(Money);
        cost.Add(input, dearest.Input);
        cost.Add(output, dearest.Output);
        cost.AddDollars(model.PerCall);
        return cost.RoundedUp;
    }

    private static long Sum(long one, long two, long three)
    {
        var sum = (decimal)Math.Max(0, one) + Math.Max(0, two) + Math.Max(0, three);
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }

    // Most quotes have one reason, the same for all of them.
    private static void Add(ref IReadOnlyList<string> reasons, string[] more) => reasons = reasons.Count == 0 ? more : [.. reasons, .. more];

    private void PriceReasons(CallFacts facts, ModelPrice model, int? age, HostedToolFees? tools, ref IReadOnlyList<string> reasons)
    {
        if (tools is not null)
        {
            if (tools.Most > NanoUsd.Zero) Add(ref reasons, [$"tools that the provider runs may cost {tools.Most} beside the tokens, which is in the upper end alone"]);
        }
        else if (model.PerSearch > 0 && facts.Unknowable.Contains(UnknowableInput.HostedTools))
        {
            Add(ref reasons, [string.Create(CultureInfo.InvariantCulture, $"searches that the provider runs cost ${model.PerSearch} each, which is in no end of the quote")]);
        }

        if (age > OldPricesDays)
        {
            Add(ref reasons, [string.Create(CultureInfo.InvariantCulture, $"the prices are {age} days old (of {catalog.Date:yyyy-MM-dd}): update SafeLlm, or give the prices of the models that you use")]);
        }
    }

    private long Most(ModelPrice model) => model.MaxOutputTokens ?? model.ContextTokens ?? estimator.LargestContext;

    /// <summary>What the caller predicted of each choice, all of which may be wrong: such tokens are billed as output, whatever its bound.</summary>
    private long Predicted(CallFacts facts, ModelPrice model, EstimateMethod method, ref IReadOnlyList<string> reasons)
    {
        var tokens = estimator.Predicted(facts, model, method);
        if (tokens == 0) return 0;
        Add(ref reasons, PredictedMayBeWrong);
        return new OutputBound(tokens, facts.Bound.Choices).Tokens!.Value;
    }

    private TokenRange Output(CallFacts facts, ModelPrice model, string? scope, long unbounded, ref IReadOnlyList<string> reasons)
    {
        if (model.IsEmbedding || (facts.Bound.Tokens == 0 && unbounded == 0))
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
            var most = Most(model);
            upper = new OutputBound(most, facts.Bound.Choices).Tokens!.Value;
            Add(ref reasons, [model.MaxOutputTokens is null
                ? $"the request has no output bound and the catalog no most output of {model.Model}: {most} tokens stand for it"
                : $"the request has no output bound: the most that {model.Model} gives, {most} tokens, stands for it"]);
        }

        upper = Billing.Add(upper, unbounded);
        if (scope is not null && history?.Expect(scope, model.Model) is { } likely)
        {
            Add(ref reasons, model.Rates.ExpectedAsBefore);
            return new TokenRange(0, Math.Min(likely, upper), upper);
        }

        Add(ref reasons, ExpectedByShare);
        return new TokenRange(0, upper / ExpectedShare, upper);
    }
}
