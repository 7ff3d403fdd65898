using SafeLlm.Limits.InMemory;
using SafeLlm.Pricing;

namespace SafeLlm.Limits;

/// <summary>
/// Scope × dimension × window × cap. Scope, dimension and window name the counter; the cap may change while holds are open.
/// </summary>
public sealed record Limit
{
    /// <summary>The scope of limits that nobody narrowed: the whole application.</summary>
    public const string AppScope = "app";

    private static readonly TimeSpan LongEnoughForAlerts = TimeSpan.FromDays(1);

    internal Limit(string scope, Dimension dimension, Window? window, long cap)
    {
        Scope = scope;
        Dimension = dimension;
        Window = window;
        Cap = cap;
        SoftLimits = dimension == Dimension.Dollars && IsLong(window) ? SoftLimits.Article : SoftLimits.None;
    }

    // A copy may have another scope, and so another counter.
    private Limit(Limit original)
    {
        Scope = original.Scope;
        Dimension = original.Dimension;
        Window = original.Window;
        Cap = original.Cap;
        SoftLimits = original.SoftLimits;
    }

    /// <summary>Who is charged: <c>app</c>, <c>user:42</c>, <c>key:k1</c>, <c>tier:free</c>, <c>network:203.0.113.0/24</c>.</summary>
    public string Scope { get; private init; }

    /// <summary>What is counted.</summary>
    public Dimension Dimension { get; }

    /// <summary>Over which time; null for concurrent calls only.</summary>
    public Window? Window { get; }

    /// <summary>How much there is, in the dimension's unit (requests, tokens, nano-dollars, calls).</summary>
    public long Cap { get; private init; }

    /// <summary>At which shares of the cap somebody is told.</summary>
    /// <value>The default is the article's 50, 80 and 100 % for dollars over a day or more, and none for others.</value>
    public SoftLimits SoftLimits { get; private init; }

    /// <summary>
    /// Names the counter: dimension, window and scope, as in <c>dollars|day@UTC|user:42</c>. The same for limits that share their
    /// counter, and for no others.
    /// </summary>
    public string CounterName => $"{Dimension.ToString().ToLowerInvariant()}|{Window?.Name}|{Scope}";

    /// <summary>
    /// Where a ledger in memory counted this limit last, so that it need not look for the counter each time. No part of the
    /// limit's value; written without a lock, so whoever reads it asks whether it is theirs and still kept.
    /// </summary>
    internal Counter? LastCounter { get; set; }

    /// <summary>A limit from its parts, as a store or a configuration keeps them.</summary>
    /// <param name="scope">Who is charged; 1 to 256 characters.</param>
    /// <param name="dimension">What is counted.</param>
    /// <param name="window">Over which time; null for concurrent calls, and only for them.</param>
    /// <param name="cap">How much there is, in the dimension's unit; 0 to 2^53.</param>
    /// <exception cref="ArgumentException">A part is out of its range, or the window does not fit the dimension.</exception>
    public static Limit Of(string scope, Dimension dimension, Window? window, long cap)
    {
        if (!Enum.IsDefined(dimension))
        {
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "There is no such dimension.");
        }

        return window is null == (dimension == Dimension.ConcurrentCalls)
            ? new Limit(AppScope, dimension, window, Whole(cap)).For(scope)
            : throw new ArgumentException($"A limit on {dimension} {(window is null ? "needs a window" : "has no window: it counts what is open")}.", nameof(window));
    }

    /// <summary>A limit on money.</summary>
    /// <param name="cap">US dollars, from 0 to nine million (so that every sum is exact in any store).</param>
    public static LimitAmount Dollars(decimal cap) =>
        cap is >= 0 and <= 9_000_000m
            ? new LimitAmount(Dimension.Dollars, NanoUsd.FromDollars(cap).Value)
            : throw new ArgumentOutOfRangeException(nameof(cap), cap, "A limit in dollars is between 0 and 9,000,000.");

    /// <summary>A limit on tokens, in and out.</summary>
    public static LimitAmount Tokens(long cap) => new(Dimension.Tokens, Whole(cap));

    /// <summary>A limit on tokens in.</summary>
    public static LimitAmount InputTokens(long cap) => new(Dimension.InputTokens, Whole(cap));

    /// <summary>A limit on tokens out.</summary>
    public static LimitAmount OutputTokens(long cap) => new(Dimension.OutputTokens, Whole(cap));

    /// <summary>A limit on attempts.</summary>
    public static LimitAmount Requests(long cap) => new(Dimension.Requests, Whole(cap));

    /// <summary>A limit on calls that are open at the same time.</summary>
    public static Limit ConcurrentCalls(long cap) => new(AppScope, Dimension.ConcurrentCalls, null, Whole(cap));

    /// <summary>The same limit for another scope.</summary>
    /// <exception cref="ArgumentException">The scope is empty or longer than 256 characters.</exception>
    public Limit For(string scope) =>
        string.IsNullOrWhiteSpace(scope) || scope.Length > 256
            ? throw new ArgumentException($"A scope has 1 to 256 characters, as in \"user:42\"; this one has {scope?.Length ?? 0}.", nameof(scope))
            : this with { Scope = scope };

    /// <summary>The same counter with another cap.</summary>
    public Limit WithCap(long cap) => this with { Cap = Whole(cap) };

    /// <summary>The same limit, telling at other shares of its cap.</summary>
    /// <exception cref="ArgumentException">The limit is on concurrent calls: nothing is ever spent of it.</exception>
    public Limit WithSoftLimits(SoftLimits shares) =>
        Window is null && shares.Count > 0
            ? throw new ArgumentException("A limit on concurrent calls has no soft limits: nothing is ever spent of it.", nameof(shares))
            : this with { SoftLimits = shares };

    /// <summary>Whether both are the same counter with the same cap and the same soft limits.</summary>
    public bool Equals(Limit? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Cap == other.Cap && SharesCounterWith(other) && SoftLimits.Equals(other.SoftLimits));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Dimension, Window, Cap, SoftLimits);

    /// <summary>Whether both are counted together: same scope, dimension and window, whatever the caps.</summary>
    public bool SharesCounterWith(Limit other) =>
        Dimension == other.Dimension
        && string.Equals(Scope, other.Scope, StringComparison.Ordinal)
        && (ReferenceEquals(Window, other.Window) || Equals(Window, other.Window));

    /// <summary>The limit in words: <c>app: $10.00 per day in UTC</c>.</summary>
    public override string ToString() => Window is null ? $"{Scope}: {Show(Cap)}" : $"{Scope}: {Show(Cap)} per {Window}";

    /// <summary>An amount in the unit of this limit's dimension, for people.</summary>
    public string Show(long amount) => DimensionText.Show(Dimension, amount);

    private static bool IsLong(Window? window) => window switch
    {
        CalendarWindow calendar => calendar.Unit != CalendarUnit.Hour,
        RollingWindow rolling => rolling.Length >= LongEnoughForAlerts,
        _ => false,
    };

    private static long Whole(long cap) =>
        cap is >= 0 and <= 1L << 53
            ? cap
            : throw new ArgumentOutOfRangeException(nameof(cap), cap, "A limit is between 0 and 2^53, so that every store counts it exactly.");
}
