using SafeLlm.Anomalies;

namespace SafeLlm.Tests.Anomalies;

/// <summary>The short version of the soak <c>anomalies</c>.</summary>
public sealed class GeneratedTrafficTests
{
    private const long Seed = 3;
    private const int Keys = 60;
    private const int Days = 28;

    [Fact]
    public void Attacks_AreFoundWithinTenMinutes_AndHardlyAnybodyElseIsFrozen()
    {
        var result = AnomalyTrial.Run(Seed, Keys, Days);

        Assert.Equal(Keys / 2, result.AttackedKeys);
        Assert.True(result.Attacks > result.AttackedKeys, result.ToString());
        Assert.True(result.Recall >= 0.9, result.ToString());
        Assert.True(result.FalseFreezesPer1000 <= 1, result.ToString());
    }

    [Fact]
    public void Trial_WithADetectorThatIsTooEager_CountsFalseFreezes()
    {
        var eager = new AnomalyOptions { RequestFactor = 1.1, CostFactor = 1.1 };

        Assert.True(AnomalyTrial.Run(Seed, 20, Days, eager).FalseFreezesPer1000 > 100);
    }

    [Fact]
    public void Traffic_OfOneSeed_IsTheSameEachTime()
    {
        var (one, two) = (new TrafficGenerator(Seed, Days).Key(3), new TrafficGenerator(Seed, Days).Key(3));

        Assert.Equal(one.Calls, two.Calls);
        Assert.NotEqual(one.Calls, new TrafficGenerator(Seed + 1, Days).Key(3).Calls);
    }
}
