using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Says at start what an operator should know, and runs what works in the background.</summary>
internal sealed class VerifierStart(VerifierSettings settings, VerifierStores stores, ISigningKeyStore keys, SettlementQueue queue, IHostEnvironment environment, ILogger<VerifierStart> logger) : IHostedService
{
    private static readonly TimeSpan LongestInMemory = TimeSpan.FromHours(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!settings.Options.VerifySignatures) Log.SignaturesOff(logger, settings.Options.UnsignedTier);
        else if (keys is ConfiguredKeyStore { Count: 0 }) Log.NoKeys(logger);

        if (!environment.IsDevelopment())
        {
            foreach (var key in settings.Options.Keys.Where(key => key.Secret is not null)) Log.SecretInConfiguration(logger, key.KeyId);
        }

        if (stores.Stores.Ledger is InMemoryLedger)
        {
            foreach (var limit in settings.Tiers.All.SelectMany(tier => tier.AllLimits).Where(limit => IsLong(limit.Window)).Distinct())
            {
                Log.LongWindowInMemory(logger, limit.ToString());
            }
        }

        return queue.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => queue.StopAsync(cancellationToken);

    private static bool IsLong(Window? window) => window switch
    {
        RollingWindow rolling => rolling.Length > LongestInMemory,
        CalendarWindow calendar => calendar.Unit != CalendarUnit.Hour,
        _ => false,
    };
}
