using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Gives the verifier the keys of the configuration, and takes new ones when it changes. A change that is not valid is told and not
/// taken: the keys stay as they were. Options other than keys need a restart.
/// </summary>
internal sealed class ConfiguredKeyStore : ISigningKeyStore, IDisposable
{
    private readonly IEnumerable<IConfigureOptions<SafeLlmVerifierOptions>> configure;
    private readonly VerifierSettings settings;
    private readonly ILogger<ConfiguredKeyStore> logger;
    private readonly IDisposable[] subscriptions;
    private FrozenDictionary<string, VerifierKey> keys;

    public ConfiguredKeyStore(
        VerifierSettings settings,
        IEnumerable<IConfigureOptions<SafeLlmVerifierOptions>> configure,
        IEnumerable<VerifierConfiguration> configurations,
        ILogger<ConfiguredKeyStore> logger)
    {
        this.settings = settings;
        this.configure = configure;
        this.logger = logger;
        var errors = new List<string>();
        keys = KeyRing.Load(settings.Options, errors);
        // The options were valid a moment ago: a secret's file has gone since.
        if (errors.Count > 0) throw new OptionsValidationException(nameof(SafeLlmVerifierOptions), typeof(SafeLlmVerifierOptions), errors);
        subscriptions = [.. configurations.Select(one => ChangeToken.OnChange(one.Configuration.GetReloadToken, Reload))];
    }

    public IReadOnlyCollection<VerifierKey> All => Volatile.Read(ref keys).Values;

    public VerifierKey? Find(string keyId) => Volatile.Read(ref keys).GetValueOrDefault(keyId);

    public void Dispose()
    {
        foreach (var subscription in subscriptions) subscription.Dispose();
    }

    private void Reload()
    {
        var options = new SafeLlmVerifierOptions();
        foreach (var algorithm in settings.Options.KeyAlgorithms) options.KeyAlgorithms.Add(algorithm);
        foreach (var one in configure) one.Configure(options);
        var errors = new SafeLlmVerifierOptionsValidator().Validate(null, options).Failures?.ToList() ?? [];
        var changed = errors.Count == 0 ? KeyRing.Load(options, errors) : null;
        foreach (var tier in (changed?.Values ?? []).Select(key => key.Tier).Where(tier => tier is not null && !settings.Tiers.Has(tier)).Distinct())
        {
            errors.Add($"The tier {tier} is new; a new tier needs a restart.");
        }

        if (changed is null || errors.Count > 0)
        {
            Log.KeysNotTaken(logger, string.Join(' ', errors));
            return;
        }

        Volatile.Write(ref keys, changed);
        Log.KeysTaken(logger, changed.Count);
    }
}
