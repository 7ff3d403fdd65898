namespace SafeLlm.Pricing;

/// <summary>A sum of tokens times prices, exact until it is rounded up once. Saturates instead of overflowing.</summary>
internal struct Money
{
    // beyond these a product may not fit a decimal; anything there costs more than can be counted
    private const long MostTokens = 9_000_000_000_000_000;
    private const decimal MostPerMillion = 1_000_000_000m;
    private const decimal NanosPerToken = 1_000m;

    // A price has at most six digits behind its point, nearly always: millionths of a dollar a million tokens are a thousandth of a nano-dollar a token.
    private const int MostDigits = 6;
    private const ulong PicosPerNano = 1_000;

    // what goes into whole pico-dollars, and the rest
    private ulong picos;
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

        if (TryAddPicos((ulong)tokens, perMillion))
        {
            return;
        }

        // a dollar a million is a thousand nano-dollars a token
        nanos += tokens * perMillion * NanosPerToken;
        isBeyond |= nanos > long.MaxValue;
        nanos = isBeyond ? 0 : nanos;
    }

    private bool TryAddPicos(ulong tokens, decimal perMillion)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(perMillion, parts);
        if (perMillion.Scale > MostDigits || parts[2] != 0)
        {
            return false;
        }

        // The same price may be written with fewer digits than it could have.
        var price = ((ulong)(uint)parts[1] << 32) | (uint)parts[0];
        for (var digits = (int)perMillion.Scale; digits < MostDigits; digits++)
        {
            if (price > ulong.MaxValue / 10) return false;
            price *= 10;
        }

        if (Math.BigMul(tokens, price, out var more) != 0 || more > ulong.MaxValue - picos)
        {
            return false;
        }

        picos += more;
        return true;
    }

    /// <summary>Adds dollars. Numbers below 0 count as 0.</summary>
    public void AddDollars(decimal dollars) => Add(dollars > 0 ? 1_000_000 : 0, dollars);

    /// <summary>The sum in whole nano-dollars.</summary>
    public readonly NanoUsd RoundedUp
    {
        get
        {
            if (nanos == 0 && !isBeyond)
            {
                return new NanoUsd((long)((picos / PicosPerNano) + (picos % PicosPerNano > 0 ? 1ul : 0)));
            }

            var up = decimal.Ceiling(nanos + (picos / (decimal)PicosPerNano));
            return new NanoUsd(isBeyond || up > long.MaxValue ? long.MaxValue : (long)up);
        }
    }
}
