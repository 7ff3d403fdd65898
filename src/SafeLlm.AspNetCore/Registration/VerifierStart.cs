using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Says at start what an operator should know, and runs what works in the background.</summary>
internal sealed class VerifierStart(VerifierSettings settings, VerifierStores stores, ISigningKeyStore keys, SettlementQueue queue, KeyExpiry expiry, KeyFaults faults, ClockHealth clock, IHostEnvironment environment, ILogger<VerifierStart> logger) : IHostedService
{
    private static readonly TimeSpan LongestInMemory = TimeSpan.FromHours(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        clock.CheckStart();
        if (!settings.Options.VerifySignatures) Log.SignaturesOff(logger, settings.Options.UnsignedTier);
        // Reads the keys of a store for the first time. One that does not open is its owner's trouble; where none does, it is the operator's.
        else if (keys.All.Count == 0 && keys.Faults.Count > 0) throw new InvalidOperationException($"None of the signing keys can be used. {keys.Faults.First()}");
        else if (keys.All.Count == 0 && keys is VerifierKeys) Log.NoKeys(logger);

        if (!environment.IsDevelopment())
        {
            foreach (var key in settings.Options.Keys.Where(key => key.Secret is not null)) Log.SecretInConfiguration(logger, key.KeyId);
            foreach (var key in keys.All.Where(key => key.NotAfter is null && key.RevokedAt is null)) Log.KeyWithoutEnd(logger, key.Key.KeyId);
        }

        foreach (var key in keys.All.Where(key => key.ActsForUsers && settings.Tiers.Of(key)?.BoundsAllUsersOf(key) == false)) Log.UsersWithoutBound(logger, key.Key.KeyId, settings.Tiers.Of(key)!.Name);

        foreach (var names in SameSecrets.Find(keys.All)) Log.SameSecret(logger, string.Join(", ", names));

        foreach (var tier in settings.Options.Tiers)
        {
            foreach (var model in tier.Value.Models.Where(model => !settings.Quoter.Catalog.TryFind(model, out _))) Log.ModelWithoutPrice(logger, tier.Key, model);
        }

        foreach (var key in keys.All.Where(key => key.Profile == SignatureProfile.SeedV0)) Log.SeedKey(logger, key.Key.KeyId, settings.Options.AcceptSeedUntil);
        expiry.Start();
        faults.Start();
        if (settings.Quoter.ArePricesOld) Log.PricesOld(logger, settings.Quoter.Catalog.Date, settings.Quoter.PriceAgeDays ?? 0);

        if (stores.Stores.Ledger is InMemoryLedger)
        {
            foreach (var limit in settings.Tiers.All.SelectMany(tier => tier.AllLimits).Where(limit => IsLong(limit.Window)).Distinct())
            {
                Log.LongWindowInMemory(logger, limit.ToString());
            }
        }

        return queue.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The server has stopped by now: nothing is accepted any more.
        await queue.StopAsync(cancellationToken);
        try
        {
            settings.Restart.Save();
        }
        catch (IOException failure)
        {
            Log.NotSaved(logger, failure);
        }
    }

    private static bool IsLong(Window? window) => window switch
    {
        RollingWindow rolling => rolling.Length > LongestInMemory,
        CalendarWindow calendar => calendar.Unit != CalendarUnit.Hour,
        _ => false,
    };
}
