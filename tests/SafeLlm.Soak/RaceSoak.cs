using System.Globalization;
using SafeLlm.Tests.Ledgers;

namespace SafeLlm.Soak;

/// <summary>Many tasks at the same limits. Its seed gives the same attempts; the threads' timing is the machine's.</summary>
internal sealed class RaceSoak : ISoak
{
    public string Name => "race";

    public string What => "many tasks hold, settle and give up while others look: no cap is passed at any instant that anybody sees";

    public async Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        var holds = await LedgerRace.RunAsync((int)(seed % int.MaxValue), 16, 4_000, SoakStores.Get(options.Store));
        return string.Create(CultureInfo.InvariantCulture, $"{holds} holds");
    }
}
