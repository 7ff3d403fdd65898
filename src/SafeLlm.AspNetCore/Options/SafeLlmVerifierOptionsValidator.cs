using System.Globalization;
using Microsoft.Extensions.Options;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Checks all options at start and tells all errors at once, each with its path, its value and its limit.</summary>
internal sealed class SafeLlmVerifierOptionsValidator : IValidateOptions<SafeLlmVerifierOptions>
{
    // What a record says is checked also where its secret could not be read.
    private static readonly SigningKey AnySecret = SigningKey.GenerateHmac("any");

    public ValidateOptionsResult Validate(string? name, SafeLlmVerifierOptions options)
    {
        var errors = new List<string>(options.ConfigurationErrors);
        CheckPublicAddress(options, errors);
        CheckTiers(options, errors);
        CheckKeys(options, errors);
        CheckPrices(options, errors);
        AnomalyFields.Check(options, errors);
        Range(options, nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, 256L * 1024 * 1024, errors);
        Range(options, nameof(options.MaxUploadsPerKey), options.MaxUploadsPerKey, 1, 100_000, errors);
        Range(options, nameof(options.MaxAge), options.MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300), errors);
        Range(options, nameof(options.FutureSkew), options.FutureSkew ?? TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(60), errors);
        Range(options, nameof(options.ForwardLimit), options.ForwardLimit, 1, 10, errors);
        Range(options, nameof(options.WarnBeforeExpiry), options.WarnBeforeExpiry, TimeSpan.Zero, TimeSpan.FromDays(365), errors);
        Range(options, "LockOut:FailuresPerMinute", options.LockOut.FailuresPerMinute, 1, 1_000_000, errors);
        Range(options, "LockOut:FailuresPerKeyPerMinute", options.LockOut.FailuresPerKeyPerMinute, 1, 1_000_000, errors);
        Range(options, "IssuedIds:MostPerTenant", options.IssuedIds.MostPerTenant, 100, 1_000_000, errors);
        Range(options, "IssuedIds:KeepFor", options.IssuedIds.KeepFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365), errors);
        Range(options, "KeySpread:Networks", options.KeySpread.Networks, 2, 200, errors);
        CheckCoveredHeaders(options, errors);
        Range(options, "KeySpread:Factor", options.KeySpread.Factor, 2, 100, errors);
        Range(options, "LockOut:LongestWait", options.LockOut.LongestWait, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), errors);
        Range(options, nameof(options.RetryAfterCap), options.RetryAfterCap, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        Range(options, nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1), errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckPublicAddress(SafeLlmVerifierOptions options, List<string> errors)
    {
        if (options.VerifySignatures && options.PublicAuthorities.Count == 0)
        {
            errors.Add($"{OptionPath.Of(options, "PublicAuthorities")} is empty; name the hosts that clients sign for, e.g. api.example.com.");
        }

        for (var i = 0; i < options.PublicAuthorities.Count; i++)
        {
            if (!AuthorityList.IsWellFormed(options.PublicAuthorities[i]))
            {
                errors.Add($"{OptionPath.Of(options, "PublicAuthorities", i)} is \"{options.PublicAuthorities[i]}\"; give a host and perhaps a port, without scheme and path, e.g. api.example.com or localhost:5000.");
            }
        }

        for (var i = 0; i < options.KnownProxies.Count; i++)
        {
            if (ProxyTrust.Parse(options.KnownProxies[i]) is null)
            {
                errors.Add($"{OptionPath.Of(options, "KnownProxies", i)} is \"{options.KnownProxies[i]}\"; give an address or a network, e.g. 10.0.0.1 or 10.0.0.0/8.");
            }
        }

        if (options.PublicScheme is not (null or "http" or "https"))
        {
            errors.Add($"{OptionPath.Of(options, "PublicScheme")} is \"{options.PublicScheme}\"; give http or https.");
        }

        if (options.PublicPathPrefix is { } prefix && (!prefix.StartsWith('/') || prefix.EndsWith('/') || prefix.AsSpan().ContainsAny("?# ")))
        {
            errors.Add($"{OptionPath.Of(options, "PublicPathPrefix")} is \"{prefix}\"; give a path that starts with a slash and ends without one, e.g. /llm.");
        }
    }

    private static void CheckCoveredHeaders(SafeLlmVerifierOptions options, List<string> errors)
    {
        for (var i = 0; i < options.CoveredHeaders.Count; i++)
        {
            try
            {
                _ = new RequestVerifier(new VerifierPolicy { CoveredHeaders = [options.CoveredHeaders[i].ToLowerInvariant()] });
            }
            catch (ArgumentException)
            {
                errors.Add($"{OptionPath.Of(options, "CoveredHeaders", i)} is \"{options.CoveredHeaders[i]}\"; give the name of a header, e.g. x-act-as.");
            }
        }
    }

    private static void CheckTiers(SafeLlmVerifierOptions options, List<string> errors)
    {
        foreach (var (tierName, tier) in options.Tiers)
        {
            TierRules.Check(tier, OptionPath.Of(options, $"Tiers:{tierName}"), errors);
        }

        CheckTierName(options, OptionPath.Of(options, "DefaultTier"), options.DefaultTier, errors);
        CheckTierName(options, OptionPath.Of(options, "UnsignedTier"), options.UnsignedTier, errors);
        if (!options.VerifySignatures && options.UnsignedTier is null)
        {
            errors.Add($"{OptionPath.Of(options, "VerifySignatures")} is false and {OptionPath.Of(options, "UnsignedTier")} is missing; name the tier that limits all callers together.");
        }
    }

    private static void CheckKeys(SafeLlmVerifierOptions options, List<string> errors)
    {
        KeyRing.Load(options, errors);
        for (var i = 0; i < options.Keys.Count; i++)
        {
            var key = options.Keys[i];
            var path = OptionPath.Of(options, "Keys", i);
            CheckTierName(options, $"{path}:Tier", key.Tier, errors);
            if (key.Tier is null && options.DefaultTier is null)
            {
                errors.Add($"{path}:Tier is missing and there is no {OptionPath.Of(options, "DefaultTier")}; a key without a tier would have no limits.");
            }

            if (key.NotBefore is { } from && key.NotAfter is { } to && from >= to)
            {
                errors.Add($"{path}:NotBefore is {from:O} and {path}:NotAfter is {to:O}; the key would never be valid.");
            }

            errors.AddRange(KeyRing.Record(key, AnySecret).GetErrors().Select(error => $"{path}:{error}"));

            if (key.Profile == SignatureProfile.SeedV0 && key.Endpoints.Count == 0)
            {
                errors.Add($"{path}:Endpoints is empty and {path}:Profile is SeedV0, which signs neither path nor query; name the paths that the key may call.");
            }

            if (key is { Profile: SignatureProfile.SeedV0, ActsForUsers: true })
            {
                errors.Add($"{path}:ActsForUsers is set and {path}:Profile is SeedV0, which signs no header; anybody on the way could name the user.");
            }

            if (key.Profile == SignatureProfile.SeedV0 && options.AcceptSeedUntil is null)
            {
                errors.Add($"{path}:Profile is SeedV0 and {OptionPath.Of(options, "AcceptSeedUntil")} is missing; say until when such keys are taken.");
            }

            if (key.User is { Length: > 200 })
            {
                errors.Add($"{path}:User has {key.User.Length} characters; give 1 to 200, or leave it out.");
            }
        }
    }

    private static void CheckPrices(SafeLlmVerifierOptions options, List<string> errors)
    {
        var before = errors.Count;
        foreach (var model in options.Models)
        {
            if (model.InputPerMillion < 0 || model.OutputPerMillion < 0 || model.CachedInputPerMillion < 0 || model.CacheWritePerMillion < 0)
            {
                errors.Add($"{OptionPath.Of(options, "Models")}: a price of \"{model.Model}\" is negative; give dollars per million tokens.");
            }
        }

        if (errors.Count > before || (options.Models.Count == 0 && options.Aliases.Count == 0)) return;
        try
        {
            _ = (options.Catalog ?? ModelCatalog.Embedded).With(options.Models, options.Aliases.AsReadOnly());
        }
        catch (ArgumentException wrong)
        {
            errors.Add($"{OptionPath.Of(options, "Aliases")}: {wrong.Message}");
        }
    }

    private static void CheckTierName(SafeLlmVerifierOptions options, string path, string? tier, List<string> errors)
    {
        if (tier is null || options.Tiers.ContainsKey(tier)) return;
        var known = options.Tiers.Count == 0 ? "there are none" : "there are " + string.Join(", ", options.Tiers.Keys);
        errors.Add($"{path} is \"{tier}\", which is no tier; {known}.");
    }

    private static void Range<T>(SafeLlmVerifierOptions options, string setting, T value, T least, T most, List<string> errors)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{OptionPath.Of(options, setting)} is {value}; give {least} to {most}."));
    }
}
