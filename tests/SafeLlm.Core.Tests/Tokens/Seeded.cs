using CsCheck;

namespace SafeLlm.Tests.Tokens;

/// <summary>Samples that say where they started: a long run's output names its seed, and the same seed gives the same texts.</summary>
internal static class Seeded
{
    /// <summary>Checks so many values of a generator, from <c>SAFELLM_SEED</c> or from a seed of its own.</summary>
    public static void Sample<T>(Gen<T> generator, long iterations, Action<T> check)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("SAFELLM_SEED"), out var given) ? given : (ulong)Random.Shared.NextInt64();
        TestContext.Current.TestOutputHelper?.WriteLine($"SAFELLM_SEED={seed}, {iterations} cases");
        var failure = default((long Index, Exception Cause)?);
        Parallel.For(0, iterations, (index, state) =>
        {
            try
            {
                check(generator.Generate(new PCG((uint)(index & int.MaxValue), seed + (ulong)(index >> 31)), null, out _));
            }
            catch (Exception wrong)
            {
                failure ??= (index, wrong);
                state.Stop();
            }
        });
        if (failure is { } first)
        {
            throw new InvalidOperationException($"Case {first.Index} of SAFELLM_SEED={seed}: {first.Cause.Message}", first.Cause);
        }
    }
}
