namespace SafeLlm.Pricing;

/// <summary>A sum of tokens times prices, exact until it is rounded up once. Saturates instead of overflowing.</summary>
internal struct Money
{
    // beyond these a product may not fit a decimal; anything there costs more than can be counted
    private const long MostTokens = 9_000_000_000_000_000;
    private const decimal MostPerMillion = 1_000_000_000m;
    private const decimal NanosPerToken = 1_000m;

    private decimal nanos;
    private bool isBeyond;

    /// <summary>Adds tokens at a price in dollars per million. Numbers below 0 count as 0.</summary>
    public void Add(long tokens, decimal perMillion)
    {
        if (tokens <= 0 || perMillion <= 0)
        {
            return;
        }

        if (tokens > MostTokens || perMillion > MostPerMillion)
        {
            isBeyond = true;
            return;
        }

        // a dollar a million is a thousand nano-dollars a token
        nanos += tokens * perMillion * NanosPerToken;
        isBeyond |= nanos > long.MaxValue;
        nanos = isBeyond ? 0 : nanos;
    }

    /// <summary>Adds dollars. Numbers below 0 count as 0.</summary>
    public void AddDollars(decimal dollars) => Add(dollars > 0 ? 1_000_000 : 0, dollars);

    /// <summary>The sum in whole nano-dollars.</summary>
    public readonly NanoUsd RoundedUp
    {
        get
        {
            var up = decimal.Ceiling(nanos);
            return new NanoUsd(isBeyond || up > long.MaxValue ? long.MaxValue : (long)up);
        }
    }
}
