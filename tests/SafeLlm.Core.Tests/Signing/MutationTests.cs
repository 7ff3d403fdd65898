using SafeLlm.Tests.Mutation;

namespace SafeLlm.Tests.Signing;

/// <summary>The short run; the long one is <c>dotnet run -c Release --project tests/SafeLlm.Fuzzing -- mutate 10000000</c>.</summary>
public sealed class MutationTests
{
    [Fact]
    public void Verify_OfAHundredThousandMutatedRequests_AcceptsOnlyWhatWasSigned()
    {
        var run = new MutationRun(seed: 20261123);
        run.Run(100_000);

        Assert.Equal(100_000, run.Refused + run.Unchanged);
        // Both are reached: a run in which nothing verifies would prove nothing.
        Assert.InRange(run.Unchanged, 1_000, 40_000);
        // By every algorithm and profile.
        Assert.Equal(["client_123", "k-2026-11-a", "k-2026-11-b", "k-ec", "k-ed"], run.UnchangedByKey.Keys.Order(StringComparer.Ordinal));
        Assert.All(run.UnchangedByKey.Values, verified => Assert.InRange(verified, 200, run.Unchanged));
    }
}
