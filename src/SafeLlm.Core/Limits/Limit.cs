using System.Globalization;
using SafeLlm.Pricing;

namespace SafeLlm.Limits;

/// <summary>
/// Scope × dimension × window × cap. Scope, dimension and window name the counter; the cap may change while holds are open.
/// </summary>
public sealed record Limit
{
    /// <summary>The scope of limits that nobody narrowed: the whole application.</summary>
    public const string AppScope = "app";

    internal Limit(string scope, Dimension dimension, Window? window, long cap)
    {
        Scope = scope;
        Dimension = dimension;
        Window = window;
        Cap = cap;
    }

    /// <summary>Who is charged: <c>app</c>, <c>user:42</c>, <c>key:k1</c>, <c>tier:free</c>, <c>network:203.0.113.0/24</c>.</summary>
    public string Scope { get; private init; }

    /// <summary>What is counted.</summary>
    public Dimension Dimension { get; }

    /// <summary>Over which time; null for concurrent calls only.</summary>
    public Window? Window { get; }

    /// <summary>How much there is, in the dimension's unit (requests, tokens, nano-dollars, calls).</summary>
    public long Cap { get; private init; }

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

    /// <summary>Whether both are counted together: same scope, dimension and window, whatever the caps.</summary>
    public bool SharesCounterWith(Limit other) =>
        Dimension == other.Dimension
        && string.Equals(Scope, other.Scope, StringComparison.Ordinal)
        && (ReferenceEquals(Window, other.Window) || Equals(Window, other.Window));

    /// <summary>The limit in words: <c>app: $10.00 per day in UTC</c>.</summary>
    public override string ToString() => Window is null ? $"{Scope}: {Show(Cap)}" : $"{Scope}: {Show(Cap)} per {Window}";

    /// <summary>An amount in the unit of this limit's dimension, for people.</summary>
    public string Show(long amount) => Dimension switch
    {
        Dimension.Dollars => new NanoUsd(amount).ToString(),
        Dimension.Requests => amount.ToString("N0", CultureInfo.InvariantCulture) + " requests",
        Dimension.ConcurrentCalls => amount.ToString("N0", CultureInfo.InvariantCulture) + " concurrent calls",
        Dimension.InputTokens => amount.ToString("N0", CultureInfo.InvariantCulture) + " input tokens",
        Dimension.OutputTokens => amount.ToString("N0", CultureInfo.InvariantCulture) + " output tokens",
        _ => amount.ToString("N0", CultureInfo.InvariantCulture) + " tokens",
    };

    private static long Whole(long cap) =>
        cap is >= 0 and <= 1L << 53
            ? cap
            : throw new ArgumentOutOfRangeException(nameof(cap), cap, "A limit is between 0 and 2^53, so that every store counts it exactly.");
}
