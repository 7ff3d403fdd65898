using SafeLlm.Tests.Attacks;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>The article's attacks cost no more than their limits say, and nobody honest notices. The command in tests/SafeLlm.Attacks has the large ones.</summary>
public sealed class ArticleAttackTests
{
    private const int Accounts = 100;

    public static TheoryData<string> Names => [.. ArticleAttacks.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Attack_CostsWhatItsLimitsSay_AndHonestCallersAreServed(string name)
    {
        var result = await ArticleAttacks.All[name](Accounts, TestContext.Current.CancellationToken);

        TestContext.Current.SendDiagnosticMessage("{0}", result);
        Assert.True(result.With <= result.Bound, result.ToString());
        // Whoever shares a pool with accounts that nothing tells from its own goes short with them; whoever pays does not.
        Assert.True((name == ArticleAttacks.PoolName ? result.Paying.Rate : result.SuccessRate) >= 0.99, result.ToString());
        Assert.NotEqual(0, result.Paying.Asked);
        Assert.NotEqual(0, result.Free.Asked);
        // What bounds the loss is the limit that the attack is named after, and no account's own.
        if (name.StartsWith("free tier", StringComparison.Ordinal)) Assert.NotEqual(0, result.SharedRefusals);
        if (!name.StartsWith("held", StringComparison.Ordinal)) Assert.True(result.Without > 2 * result.With, result.ToString());
    }
}
