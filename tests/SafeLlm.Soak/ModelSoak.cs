using System.Globalization;
using SafeLlm.Tests.Ledgers;

namespace SafeLlm.Soak;

/// <summary>Random programs against the specification.</summary>
internal sealed class ModelSoak : ISoak
{
    private const int Programs = 200;
    private const int Length = 300;

    public string Name => "model";

    public string What => "random programs of operations, clock jumps, lease ends and cap changes do what the plain specification says";

    public async Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        await LedgerModelRuns.RunAsync(seed * Programs, Programs, Length, SoakStores.Get(options.Store), Environment.ProcessorCount, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{Programs} programs of up to {Length} steps");
    }
}
