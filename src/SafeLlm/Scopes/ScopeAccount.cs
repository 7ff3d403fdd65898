using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Scopes;

/// <summary>What a scope has spent and what is held in it. Spent + held never pass its bounds, whoever calls at once.</summary>
internal sealed class ScopeAccount
{
    private readonly Lock gate = new();
    private readonly string name;
    private readonly ScopeBounds bounds;
    private readonly long mostMoney;
    private long money;
    private long tokens;
    private long heldMoney;
    private long heldTokens;
    private int calls;
    private int toolRounds;

    public ScopeAccount(string name, ScopeBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        if (bounds is { Dollars: < 0 or > 9_000_000m } or { Tokens: < 0 } or { Calls: < 0 } or { ToolRounds: < 0 })
        {
            throw new ArgumentOutOfRangeException(nameof(bounds), bounds, "A scope's bounds are 0 or more, and at most 9,000,000 dollars.");
        }

        this.name = name;
        this.bounds = bounds;
        mostMoney = bounds.Dollars is { } dollars ? NanoUsd.FromDollars(dollars).Value : long.MaxValue;
    }

    /// <summary>Whether its dollars are bounded.</summary>
    public bool BoundsDollars => bounds.Dollars is not null;

    /// <summary>Counts a call; says why not where there is no room for it.</summary>
    public string? Begin(bool isToolRound)
    {
        lock (gate)
        {
            if (calls >= bounds.Calls) return Invariant($"{name} has made its {bounds.Calls:N0} calls.");
            if (isToolRound && toolRounds >= bounds.ToolRounds) return Invariant($"{name} has made its {bounds.ToolRounds:N0} rounds with tools.");
            calls++;
            if (isToolRound) toolRounds++;
            return null;
        }
    }

    /// <summary>Takes a call back that another scope had no room for.</summary>
    public void TakeBack(bool wasToolRound)
    {
        lock (gate)
        {
            calls--;
            if (wasToolRound) toolRounds--;
        }
    }

    /// <summary>Sets amounts aside whether there is room or not, so that they are counted.</summary>
    public void Force(in Amounts asked)
    {
        lock (gate)
        {
            heldMoney += asked.Cost.Value;
            heldTokens += asked.In(Dimension.Tokens);
        }
    }

    /// <summary>Sets an attempt's amounts aside; says why not where there is no room for them.</summary>
    public string? Hold(in Amounts asked)
    {
        var wanted = asked.In(Dimension.Tokens);
        lock (gate)
        {
            if (asked.Cost.Value > mostMoney - money - heldMoney)
            {
                return Invariant($"{name} may spend {new NanoUsd(mostMoney)}: {new NanoUsd(money)} is spent and {new NanoUsd(heldMoney)} held, and this attempt may take {asked.Cost}.");
            }

            if (bounds.Tokens is { } most && wanted > most - tokens - heldTokens)
            {
                return Invariant($"{name} may take {most:N0} tokens: {tokens:N0} are spent and {heldTokens:N0} held, and this attempt may take {wanted:N0}.");
            }

            heldMoney += asked.Cost.Value;
            heldTokens += wanted;
            return null;
        }
    }

    /// <summary>Puts what was really used in the place of what was held.</summary>
    public void Settle(in Amounts held, in Amounts actual)
    {
        lock (gate)
        {
            heldMoney -= held.Cost.Value;
            heldTokens -= held.In(Dimension.Tokens);
            money += actual.Cost.Value;
            tokens += actual.In(Dimension.Tokens);
        }
    }

    public ScopeSpending Read()
    {
        lock (gate) return new ScopeSpending(new NanoUsd(money), tokens, calls, toolRounds);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
