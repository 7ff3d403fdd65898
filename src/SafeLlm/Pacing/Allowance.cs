namespace SafeLlm.Pacing;

/// <summary>
/// How much of a provider's limit is left to this process, by what was last said and what was sent since. It only ever errs
/// to the side of waiting: answers come out of order and may be older than what was sent since, so more is taken to be left
/// only as far as that is certain, or when the provider said that the limit is full again.
/// </summary>
internal sealed class Allowance
{
    private long limit;
    private long left;
    private long sent;
    private long underWay;
    private long sentWhenFull;
    private bool isFullAgain;

    /// <summary>Whether the provider has said anything about this limit.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>When the limit is full again.</summary>
    public DateTimeOffset FullAt { get; private set; }

    /// <summary>Whether an amount may go now. More than the whole limit may: waiting would not help it.</summary>
    public bool Has(long amount, DateTimeOffset now)
    {
        if (!IsKnown) return true;
        if (now >= FullAt && !isFullAgain)
        {
            isFullAgain = true;
            sentWhenFull = sent;
            left = Math.Max(left, limit - underWay);
        }

        // Nobody is under way who could bring news, and the time for which there was any has passed: one goes to bring some.
        if (underWay == 0 && now >= FullAt) left = Math.Max(left, amount);

        return amount <= left || (amount > limit && underWay == 0);
    }

    public Ticket Take(long amount)
    {
        var before = underWay;
        left -= amount;
        sent += amount;
        underWay += amount;
        return new Ticket(amount, sent, before);
    }

    public void Return(Ticket ticket) => underWay -= ticket.Amount;

    /// <summary>Takes in what the answer to a request said.</summary>
    public void Learn(Ticket ticket, RateReading said)
    {
        // News from before the limit was full again is none.
        if (isFullAgain && ticket.SentWith <= sentWhenFull && said.FullAt <= FullAt) return;

        // What was under way when the request left, and what has left since, may not be counted in what was said.
        var certain = said.Remaining - ticket.UnderWayBefore - (sent - ticket.SentWith);
        left = IsKnown ? Math.Max(Math.Min(left, said.Remaining), certain) : certain;
        limit = said.Limit;
        if (!IsKnown || said.FullAt > FullAt)
        {
            FullAt = said.FullAt;
            isFullAgain = false;
        }

        IsKnown = true;
    }

    /// <summary>What a request took, and where it stood among the others.</summary>
    internal readonly record struct Ticket(long Amount, long SentWith, long UnderWayBefore);
}
