using BenchmarkDotNet.Attributes;

namespace SafeLlm.Benchmarks.Bdn;

[MemoryDiagnoser]
public class SigningBenchmarks : IDisposable
{
    private readonly SignedChat _chat = new();

    [Benchmark(Baseline = true)]
    public void FourHashes() => _chat.FourHashes();

    [Benchmark]
    public void Sign() => _chat.Sign();

    [Benchmark]
    public void Verify() => _chat.Verify();

    [Benchmark]
    public void SignAndVerify() => _chat.SignAndVerify();

    [GlobalCleanup]
    public void Dispose()
    {
        _chat.Dispose();
        GC.SuppressFinalize(this);
    }
}
