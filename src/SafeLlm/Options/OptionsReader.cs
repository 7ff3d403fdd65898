using System.Globalization;
using Microsoft.Extensions.Configuration;
using SafeLlm.Alerts;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm;

/// <summary>
/// Reads options from configuration. By hand: a binder skips what it does not know, and a budget that was spelled wrong and
/// skipped is no budget. Every error is kept, so that all are told at once.
/// </summary>
internal sealed class OptionsReader
{
    private readonly SafeLlmClientOptions options;
    private readonly List<string> errors;

    private OptionsReader(SafeLlmClientOptions options)
    {
        this.options = options;
        errors = options.ConfigurationErrors;
    }

    public static void Read(IConfiguration configuration, SafeLlmClientOptions options)
    {
        options.ConfigurationPath = (configuration as IConfigurationSection)?.Path ?? "";
        var reader = new OptionsReader(options);
        string? apiKey = null, apiKeyFile = null, apiKeyVariable = null;
        foreach (var field in configuration.GetChildren())
        {
            if (!reader.HasTheRightShape(field)) continue;
            switch (field.Key.ToUpperInvariant())
            {
                case "ENDPOINT": reader.ReadEndpoint(field); break;
                case "FORMAT": reader.Name<ChatFormat>(field, value => options.Format = value); break;
                case "APIKEY": apiKey = field.Value; break;
                case "APIKEYFILE": apiKeyFile = field.Value; break;
                case "APIKEYENVIRONMENTVARIABLE": apiKeyVariable = field.Value; break;
                case "SIGNINGKEY": options.SigningKey = reader.ReadSigningKey(field)?.Key; break;
                case "SIGNINGKEYS":
                    foreach (var key in field.GetChildren())
                    {
                        if (reader.ReadSigningKey(key) is { } read) options.SigningKeys.Add(read);
                    }

                    break;
                case "ALERTWEBHOOK": reader.ReadWebhook(field); break;
                case "MAXWAIT": reader.Time(field, value => options.MaxWait = value); break;
                case "SHADOW": reader.Switch(field, value => options.Shadow = value); break;
                case "SIGNFOR": foreach (var host in field.GetChildren()) options.SignFor.Add(host.Value ?? ""); break;
                case "COVEREDHEADERS": foreach (var header in field.GetChildren()) options.CoveredHeaders.Add(header.Value ?? ""); break;
                case "LIMITS": foreach (var limit in field.GetChildren()) reader.ReadLimit(limit); break;
                case "MODELS": foreach (var model in field.GetChildren()) reader.ReadModel(model); break;
                case "HOSTEDTOOLS": foreach (var tool in field.GetChildren()) reader.ReadHostedTool(tool); break;
                case "ALIASES": ReadAliases(field, "", options); break;
                case "MAXDOLLARSPERCALL": reader.Decimal(field, value => options.MaxDollarsPerCall = value); break;
                case "DEFAULTMAXOUTPUTTOKENS": reader.Whole(field, value => options.DefaultMaxOutputTokens = value); break;
                case "DEFAULTMAXREASONINGOUTPUTTOKENS": reader.Whole(field, value => options.DefaultMaxReasoningOutputTokens = value); break;
                case "MAXOUTPUTTOKENS": reader.Whole(field, value => options.MaxOutputTokens = value); break;
                case "REASONINGFLOOR": reader.Whole(field, value => options.ReasoningFloor = value); break;
                case "MAXATTEMPTS": reader.Whole(field, value => options.MaxAttempts = (int)Math.Clamp(value, int.MinValue, int.MaxValue)); break;
                case "BREAKAFTER": reader.Whole(field, value => options.BreakAfter = (int)Math.Clamp(value, int.MinValue, int.MaxValue)); break;
                case "BREAKFOR": reader.Time(field, value => options.BreakFor = value); break;
                case "MAXREQUESTBYTES": reader.Whole(field, value => options.MaxRequestBytes = value); break;
                case "TIMEOUT": reader.Time(field, value => options.Timeout = value); break;
                case "ATTEMPTTIMEOUT": reader.Time(field, value => options.AttemptTimeout = value); break;
                case "DRAINTIMEOUT": reader.Time(field, value => options.DrainTimeout = value); break;
                case "RETRYAFTERCAP": reader.Time(field, value => options.RetryAfterCap = value); break;
                case "ONUNBOUNDED": reader.Name<OnUnbounded>(field, value => options.OnUnbounded = value); break;
                case "ONMISSINGUSAGE": reader.Name<OnMissingUsage>(field, value => options.OnMissingUsage = value); break;
                case "ALLOWUNSIGNED": reader.Switch(field, value => options.AllowUnsigned = value); break;
                case "ALLOWUNPRICED": reader.Switch(field, value => options.AllowUnpriced = value); break;
                default: reader.Unknown(field); break;
            }
        }

        if (!configuration.GetChildren().Any())
        {
            reader.errors.Add($"The section {options.ConfigurationPath} is empty or missing; a client without options would have no limits. Give at least Limits.");
        }

        if (reader.Secret(options.ConfigurationPath, "ApiKey", apiKey, apiKeyFile, apiKeyVariable) is { } secret) options.ApiKey = secret;
    }

    private string? Secret(string path, string name, string? value, string? file, string? variable)
    {
        if (value is not null) options.InlineSecrets.Add(path.Length == 0 ? name : $"{path}:{name}");
        return new SecretReader(errors).Read(path, name, value, file, variable);
    }

    // A list where a value belongs, or a value where a list belongs, would otherwise read as "nothing was said".
    private bool HasTheRightShape(IConfigurationSection field)
    {
        var holdsMore = field.Key.ToUpperInvariant() is "SIGNINGKEY" or "SIGNINGKEYS" or "ALERTWEBHOOK" or "SIGNFOR" or "COVEREDHEADERS" or "LIMITS" or "MODELS" or "ALIASES" or "HOSTEDTOOLS";
        if (holdsMore ? string.IsNullOrEmpty(field.Value) : !field.GetChildren().Any()) return true;
        errors.Add(holdsMore ? $"{field.Path} has a single value; give a list or an object." : $"{field.Path} has parts; give a single value.");
        return false;
    }

    private void ReadEndpoint(IConfigurationSection field)
    {
        if (Uri.TryCreate(field.Value, UriKind.Absolute, out var uri)) options.Endpoint = uri;
        else errors.Add($"{field.Path} is \"{field.Value}\"; give an absolute address, e.g. https://api.openai.com/v1.");
    }

    private ClientSigningKey? ReadSigningKey(IConfigurationSection section)
    {
        string? keyId = null, secret = null, file = null, variable = null;
        DateTimeOffset? notBefore = null, notAfter = null;
        foreach (var field in section.GetChildren())
        {
            switch (field.Key.ToUpperInvariant())
            {
                case "KEYID": keyId = field.Value; break;
                case "SECRET": secret = field.Value; break;
                case "SECRETFILE": file = field.Value; break;
                case "SECRETENVIRONMENTVARIABLE": variable = field.Value; break;
                case "NOTBEFORE": Instant(field, value => notBefore = value); break;
                case "NOTAFTER": Instant(field, value => notAfter = value); break;
                default: Unknown(field); break;
            }
        }

        if (string.IsNullOrEmpty(keyId))
        {
            errors.Add($"{section.Path}:KeyId is missing; give the public name under which the verifier knows the key.");
            return null;
        }

        if (Secret(section.Path, "Secret", secret, file, variable) is not { } value)
        {
            if (secret is null && file is null && variable is null) errors.Add($"{section.Path} has no secret; give SecretFile or SecretEnvironmentVariable.");
            return null;
        }

        try
        {
            return new ClientSigningKey(SigningKey.HmacFromBase64(keyId, value)) { NotBefore = notBefore, NotAfter = notAfter };
        }
        catch (ArgumentException wrong)
        {
            errors.Add($"{section.Path}: {wrong.Message}");
            return null;
        }
    }

    // Configuration takes a colon for the beginning of a part, and names have them: "anthropic.claude-sonnet-4-20250514-v1:0".
    private static void ReadAliases(IConfigurationSection section, string begun, SafeLlmClientOptions options)
    {
        foreach (var alias in section.GetChildren())
        {
            var name = begun + alias.Key;
            if (alias.Value is { } model) options.Aliases[name] = model;
            else ReadAliases(alias, name + ":", options);
        }
    }

    private void ReadWebhook(IConfigurationSection section)
    {
        Uri? address = null;
        ClientSigningKey? key = null;
        foreach (var field in section.GetChildren())
        {
            switch (field.Key.ToUpperInvariant())
            {
                case "ADDRESS" when Uri.TryCreate(field.Value, UriKind.Absolute, out var uri): address = uri; break;
                case "ADDRESS": errors.Add($"{field.Path} is \"{field.Value}\"; give an absolute address."); break;
                case "SIGNINGKEY": key = ReadSigningKey(field); break;
                default: Unknown(field); break;
            }
        }

        if (address is null || key is null)
        {
            errors.Add($"{section.Path} needs Address and SigningKey: an alert that nobody signed could come from anybody.");
            return;
        }

        try
        {
            options.AlertSinks.Add(new WebhookAlertSink(address, key.Key));
        }
        catch (ArgumentException wrong)
        {
            errors.Add($"{section.Path}: {wrong.Message}");
        }
    }

    private void ReadLimit(IConfigurationSection section)
    {
        if (new LimitReader(section, errors).Read() is { } limit) options.Limits.Add(limit);
    }

    private void ReadModel(IConfigurationSection section)
    {
        string? name = null, provider = null;
        decimal? input = null, output = null, cached = null, write = null;
        long? context = null, most = null;
        var reasons = false;
        foreach (var field in section.GetChildren())
        {
            switch (field.Key.ToUpperInvariant())
            {
                case "MODEL": name = field.Value; break;
                case "PROVIDER": provider = field.Value; break;
                case "INPUTPERMILLION": Decimal(field, value => input = value); break;
                case "OUTPUTPERMILLION": Decimal(field, value => output = value); break;
                case "CACHEDINPUTPERMILLION": Decimal(field, value => cached = value); break;
                case "CACHEWRITEPERMILLION": Decimal(field, value => write = value); break;
                case "CONTEXTTOKENS": Whole(field, value => context = value); break;
                case "MAXOUTPUTTOKENS": Whole(field, value => most = value); break;
                case "ISREASONING": Switch(field, value => reasons = value); break;
                default: Unknown(field); break;
            }
        }

        if (name is null || input is not { } inputPrice || output is not { } outputPrice)
        {
            errors.Add($"{section.Path} needs Model, InputPerMillion and OutputPerMillion (dollars per million tokens); a missing price is not taken for zero.");
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

    // By its name, as the verifier's tiers have it: "HostedTools": { "web_search": { "DollarsPerUse": 0.01, "MostUses": 5 } }
    private void ReadHostedTool(IConfigurationSection section)
    {
        decimal? dollars = null;
        int? most = null;
        foreach (var field in section.GetChildren())
        {
            switch (field.Key.ToUpperInvariant())
            {
                case "DOLLARSPERUSE": Decimal(field, value => dollars = value); break;
                case "MOSTUSES": Whole(field, value => most = (int)Math.Clamp(value, int.MinValue, int.MaxValue)); break;
                default: Unknown(field); break;
            }
        }

        if (dollars is { } known) options.HostedTools.Add(new HostedToolPrice(section.Key, known) { MostUses = most });
        else errors.Add($"{section.Path}:DollarsPerUse is missing; give dollars for one use, 0 where it costs no more than its tokens.");
    }

    private void Unknown(IConfigurationSection field) =>
        errors.Add($"{field.Path} is no option that SafeLlm knows; correct or remove it (unknown fields are not skipped, so that no limit is lost to a typing error).");

    private void Whole(IConfigurationSection field, Action<long> set)
    {
        if (long.TryParse(field.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) set(value);
        else errors.Add($"{field.Path} is \"{field.Value}\"; give a whole number.");
    }

    private void Decimal(IConfigurationSection field, Action<decimal> set)
    {
        if (decimal.TryParse(field.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) set(value);
        else errors.Add($"{field.Path} is \"{field.Value}\"; give a number of dollars, e.g. 12.50.");
    }

    private void Time(IConfigurationSection field, Action<TimeSpan> set)
    {
        // With a colon: "10" alone would be ten days.
        if (field.Value?.Contains(':', StringComparison.Ordinal) == true && TimeSpan.TryParse(field.Value, CultureInfo.InvariantCulture, out var value)) set(value);
        else errors.Add($"{field.Path} is \"{field.Value}\"; give hours, minutes and seconds, e.g. 00:10:00.");
    }

    private void Instant(IConfigurationSection field, Action<DateTimeOffset> set)
    {
        if (DateTimeOffset.TryParse(field.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)) set(value);
        else errors.Add($"{field.Path} is \"{field.Value}\"; give an instant, e.g. 2026-12-01T00:00:00Z.");
    }

    private void Switch(IConfigurationSection field, Action<bool> set)
    {
        if (bool.TryParse(field.Value, out var value)) set(value);
        else errors.Add($"{field.Path} is \"{field.Value}\"; give true or false.");
    }

    private void Name<T>(IConfigurationSection field, Action<T> set)
        where T : struct, Enum
    {
        // Numbers would parse too, also undefined ones.
        if (Enum.GetNames<T>().FirstOrDefault(name => name.Equals(field.Value, StringComparison.OrdinalIgnoreCase)) is { } known) set(Enum.Parse<T>(known));
        else errors.Add($"{field.Path} is \"{field.Value}\"; give one of {string.Join(", ", Enum.GetNames<T>())}.");
    }
}
