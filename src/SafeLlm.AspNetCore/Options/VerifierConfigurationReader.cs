using Microsoft.Extensions.Configuration;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>Reads <see cref="SafeLlmVerifierOptions"/> from configuration.</summary>
internal static class VerifierConfigurationReader
{
    public static void Read(IConfiguration configuration, SafeLlmVerifierOptions options)
    {
        var errors = options.ConfigurationErrors;
        var section = configuration as IConfigurationSection;
        options.ConfigurationPath = section?.Path ?? "";
        if (!configuration.GetChildren().Any())
        {
            errors.Add(section is null
                ? "The configuration is empty; a verifier needs at least PublicAuthorities, Keys and Tiers."
                : $"The section {section.Path} is missing or empty; a verifier needs at least PublicAuthorities, Keys and Tiers.");
            return;
        }

        var fields = new ConfigurationFields(configuration, errors);
        fields.Switch("VerifySignatures", value => options.VerifySignatures = value);
        fields.Text("UnsignedTier", value => options.UnsignedTier = value);
        Entries("PublicAuthorities", options.PublicAuthorities);
        fields.Text("PublicScheme", value => options.PublicScheme = value);
        fields.Text("PublicPathPrefix", value => options.PublicPathPrefix = value);
        Entries("KnownProxies", options.KnownProxies);
        fields.Whole("ForwardLimit", value => options.ForwardLimit = Int(value));
        fields.Part("LockOut", parts =>
        {
            parts.Whole("FailuresPerMinute", value => options.LockOut.FailuresPerMinute = Int(value));
            parts.Whole("FailuresPerKeyPerMinute", value => options.LockOut.FailuresPerKeyPerMinute = Int(value));
            parts.Time("LongestWait", value => options.LockOut.LongestWait = value);
        });
        fields.Part("KeySpread", parts =>
        {
            parts.Whole("Networks", value => options.KeySpread.Networks = Int(value));
            parts.Whole("Factor", value => options.KeySpread.Factor = Int(value));
            parts.Switch("Freeze", value => options.KeySpread.Freeze = value);
        });
        fields.Part("Anomalies", parts => AnomalyFields.Read(parts, options.Anomalies));
        fields.Instant("AcceptSeedUntil", value => options.AcceptSeedUntil = value);
        fields.Text("StateFile", value => options.StateFile = value);
        fields.Switch("RefuseAfterRestart", value => options.RefuseAfterRestart = value);
        fields.Switch("RateLimitHeaders", value => options.RateLimitHeaders = value);
        fields.Time("WarnBeforeExpiry", value => options.WarnBeforeExpiry = value);
        fields.Each("Keys", (part, key) =>
        {
            options.ConfiguredEntries[("Keys", options.Keys.Count)] = part.Path;
            options.Keys.Add(Key(key));
        });
        fields.Each("Tiers", (tier, parts) => options.Tiers[tier.Key] = Tier(parts));
        fields.Part("IssuedIds", parts =>
        {
            parts.Whole("MostPerTenant", value => options.IssuedIds.MostPerTenant = Int(value));
            parts.Time("KeepFor", value => options.IssuedIds.KeepFor = value);
        });
        fields.Text("DefaultTier", value => options.DefaultTier = value);
        fields.Each("Models", (model, parts) => Model(model.Path, parts, options, errors));
        fields.Pairs("Aliases", (alias, model) => options.Aliases[alias] = model);
        fields.Whole("MaxBodyBytes", value => options.MaxBodyBytes = value);
        fields.Whole("MaxUploadsPerKey", value => options.MaxUploadsPerKey = Int(value));
        fields.Time("MaxAge", value => options.MaxAge = value);
        fields.Time("FutureSkew", value => options.FutureSkew = value);
        Entries("CoveredHeaders", options.CoveredHeaders);
        fields.Time("RetryAfterCap", value => options.RetryAfterCap = value);
        fields.Time("Lease", value => options.Lease = value);
        fields.Name<MissingUsagePolicy>("OnMissingUsage", value => options.OnMissingUsage = value);
        // The root of a configuration holds the machine's environment too; only a section is ours alone.
        if (section is not null) fields.Close();

        void Entries(string name, IList<string> list) => fields.Texts(name, (part, value) =>
        {
            options.ConfiguredEntries[(name, list.Count)] = part.Path;
            list.Add(value);
        });
    }

    private static SafeLlmKeyOptions Key(ConfigurationFields fields)
    {
        var key = new SafeLlmKeyOptions();
        fields.Text("KeyId", value => key.KeyId = value);
        fields.Text("Algorithm", value => key.Algorithm = value);
        fields.Name<SignatureProfile>("Profile", value => key.Profile = value);
        fields.Text("PublicKey", value => key.PublicKey = value);
        fields.Text("PublicKeyFile", value => key.PublicKeyFile = value);
        fields.Text("Secret", value => key.Secret = value);
        fields.Text("SecretFile", value => key.SecretFile = value);
        fields.Text("SecretEnvironmentVariable", value => key.SecretEnvironmentVariable = value);
        fields.Text("Client", value => key.Client = value);
        fields.Text("User", value => key.User = value);
        fields.Text("Tenant", value => key.Tenant = value);
        fields.Text("Device", value => key.Device = value);
        fields.Switch("ActsForUsers", value => key.ActsForUsers = value);
        fields.Texts("Endpoints", key.Endpoints.Add);
        fields.Texts("Models", key.Models.Add);
        fields.Text("Tier", value => key.Tier = value);
        fields.Instant("NotBefore", value => key.NotBefore = value);
        fields.Instant("NotAfter", value => key.NotAfter = value);
        fields.Instant("RevokedAt", value => key.RevokedAt = value);
        return key;
    }

    private static SafeLlmTierOptions Tier(ConfigurationFields fields)
    {
        var tier = new SafeLlmTierOptions();
        Limits(fields, tier);
        fields.Part("Pool", pool => Limits(pool, tier.Pool = new SafeLlmLimitOptions()));
        fields.Part("PerNetwork", network => Limits(network, tier.PerNetwork = new SafeLlmLimitOptions()));
        fields.Part("PerTenant", tenant => Limits(tenant, tier.PerTenant = new SafeLlmLimitOptions()));
        fields.Part("PerDevice", device => Limits(device, tier.PerDevice = new SafeLlmLimitOptions()));
        fields.Texts("StopSequences", tier.StopSequences.Add);
        fields.Whole("MaxOutputTokens", value => tier.MaxOutputTokens = value);
        fields.Name<OverCap>("OnOverCap", value => tier.OnOverCap = value);
        fields.Texts("Models", tier.Models.Add);
        fields.Whole("MaxPromptCharacters", value => tier.MaxPromptCharacters = Int(value));
        fields.Whole("MaxPromptTokens", value => tier.MaxPromptTokens = Int(value));
        fields.Name<PromptSeverity>("SuspiciousPrompts", value => tier.SuspiciousPrompts = value);
        fields.Part("Account", account => Account(account, tier.Account = new SafeLlmAccountOptions()));
        fields.Text("TimeZone", value => tier.TimeZone = value);
        return tier;
    }

    private static void Account(ConfigurationFields fields, SafeLlmAccountOptions account)
    {
        fields.Switch("Store", value => account.Store = value);
        fields.Switch("Background", value => account.Background = value);
        fields.Texts("SharedIds", account.SharedIds.Add);
        fields.Texts("ServiceTiers", account.ServiceTiers.Add);
        fields.Each("HostedTools", (tool, parts) =>
        {
            var options = account.HostedTools[tool.Key] = new SafeLlmHostedToolOptions();
            parts.Dollars("DollarsPerUse", value => options.DollarsPerUse = value);
            parts.Whole("MostUses", value => options.MostUses = Int(value));
        });
    }

    private static void Limits(ConfigurationFields fields, SafeLlmLimitOptions limits)
    {
        fields.Whole("RequestsPerMinute", value => limits.RequestsPerMinute = value);
        fields.Whole("TokensPerHour", value => limits.TokensPerHour = value);
        fields.Whole("TokensPerDay", value => limits.TokensPerDay = value);
        fields.Dollars("DollarsPerDay", value => limits.DollarsPerDay = value);
        fields.Whole("ConcurrentCalls", value => limits.ConcurrentCalls = value);
    }

    // Out of range stays out of range, for the validator to tell.
    private static int Int(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);

    private static void Model(string path, ConfigurationFields fields, SafeLlmVerifierOptions options, List<string> errors)
    {
        string? name = null, provider = null;
        decimal? input = null, output = null, cached = null, write = null;
        long? context = null, most = null;
        var reasons = false;
        fields.Text("Model", value => name = value);
        fields.Text("Provider", value => provider = value);
        fields.Dollars("InputPerMillion", value => input = value);
        fields.Dollars("OutputPerMillion", value => output = value);
        fields.Dollars("CachedInputPerMillion", value => cached = value);
        fields.Dollars("CacheWritePerMillion", value => write = value);
        fields.Whole("ContextTokens", value => context = value);
        fields.Whole("MaxOutputTokens", value => most = value);
        fields.Switch("IsReasoning", value => reasons = value);
        if (name is null || input is not { } inputPrice || output is not { } outputPrice)
        {
            errors.Add($"{path} needs Model, InputPerMillion and OutputPerMillion (dollars per million tokens); a missing price is not taken for zero.");
            return;
        }

        options.Models.Add(new ModelPrice(name, inputPrice, outputPrice)
        {
            Provider = provider,
            CachedInputPerMillion = cached,
            CacheWritePerMillion = write,
            ContextTokens = context,
            MaxOutputTokens = most,
            IsReasoning = reasons,
        });
    }
}
