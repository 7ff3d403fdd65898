using SafeLlm.Pricing;

namespace SafeLlm.Tests.Pricing;

/// <summary>Whole numbers where a price fits them, decimals where it does not: the sum is the same to the nano-dollar, rounded up once.</summary>
public sealed class MoneyTests
{
    [Fact]
    public void RoundedUp_IsTheExactSumRoundedUpOnce()
    {
        decimal[] prices = [2m, 0.4m, 0.10m, 0.075m, 0.000001m, 0.0000001m, 1.2345678m, 75.000000m, 999_999_999.999999m];
        long[] tokens = [0, 1, 3, 999, 1_000_001, 123_456_789];
        foreach (var one in prices)
        {
            foreach (var other in prices)
            {
                foreach (var count in tokens)
                {
                    foreach (var more in tokens)
                    {
                        var money = default(Money);
                        money.Add(count, one);
                        money.Add(more, other);
                        var exact = decimal.Ceiling(((count * one) + (more * other)) * 1_000m);
                        Assert.Equal(exact > long.MaxValue ? long.MaxValue : (long)exact, money.RoundedUp.Value);
                    }
                }
            }
        }
    }

    [Fact]
    public void RoundedUp_SumOfPartsOfANanoDollar_RoundsOnce()
    {
        var money = default(Money);
        for (var i = 0; i < 3; i++) money.Add(1, 0.0005m);
        money.Add(1, 0.00050005m);

        Assert.Equal(3, money.RoundedUp.Value);
    }

    [Fact]
    public void RoundedUp_BeyondWhatCanBeCounted_Saturates()
    {
        var money = default(Money);
        for (var i = 0; i < 3; i++) money.Add(9_000_000_000_000_000, 900_000_000m);
        money.Add(1, 1m);

        Assert.Equal(long.MaxValue, money.RoundedUp.Value);
    }
}
