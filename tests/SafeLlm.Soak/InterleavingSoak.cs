using System.Globalization;
using SafeLlm.Tests.Interleaving;

namespace SafeLlm.Soak;

/// <summary>Controlled interleavings of the ledger in memory.</summary>
internal sealed class InterleavingSoak : ISoak
{
    private const int Programs = 2_000;
    private static readonly Lazy<Type> Histories = new(() => InterleavedAssembly.Copy(typeof(LedgerHistories)));

    public string Name => "interleavings";

    public string What => "small concurrent programs, switched at every lock and atomic, are answered as if one operation came after the other (in memory)";

    public Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        var first = (int)(seed * Programs % int.MaxValue);
        return Histories.Value.GetMethod(nameof(LedgerHistories.Run))!.Invoke(null, [first, Programs]) is string wrong
            ? throw new InvalidOperationException(wrong)
            : Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"{Programs} programs"));
    }
}
