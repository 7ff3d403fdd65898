using System.Globalization;
using Microsoft.Extensions.Options;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm;

/// <summary>
/// Checks options before the first call: all errors at once, each with path, value and limit. By hand, because generated
/// attribute checks name neither the path nor the value.
/// </summary>
internal sealed class SafeLlmClientOptionsValidator : IValidateOptions<SafeLlmClientOptions>
{
    // Far above any model, far below what would overflow beside a count of choices.
    private const long MostTokens = 100_000_000;

    public ValidateOptionsResult Validate(string? name, SafeLlmClientOptions options)
    {
        List<string> errors = [.. options.ConfigurationErrors];
        var at = options.ConfigurationPath.Length == 0 ? "" : options.ConfigurationPath + ":";

        CheckEndpoint(options, at, errors);
        CheckSigning(options, at, errors);
        Between(options.DefaultMaxOutputTokens, 1, MostTokens, $"{at}{nameof(options.DefaultMaxOutputTokens)}", "tokens", errors);
        Between(options.DefaultMaxReasoningOutputTokens, 1, MostTokens, $"{at}{nameof(options.DefaultMaxReasoningOutputTokens)}", "tokens", errors);
        if (options.MaxOutputTokens is { } most) Between(most, 1, MostTokens, $"{at}{nameof(options.MaxOutputTokens)}", "tokens", errors);
        Between(options.ReasoningFloor, 0, MostTokens, $"{at}{nameof(options.ReasoningFloor)}", "tokens", errors);
        Between(options.MaxAttempts, 1, 10, $"{at}{nameof(options.MaxAttempts)}", "attempts", errors);
        Between(options.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(24), $"{at}{nameof(options.Timeout)}", errors);
        Between(options.MaxWait, TimeSpan.Zero, TimeSpan.FromHours(24), $"{at}{nameof(options.MaxWait)}", errors);
        Between(options.RetryAfterCap, TimeSpan.Zero, TimeSpan.FromHours(1), $"{at}{nameof(options.RetryAfterCap)}", errors);
        Between(options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), $"{at}{nameof(options.DrainTimeout)}", errors);
        if (options.BreakAfter != 0) Between(options.BreakAfter, 2, 10_000, $"{at}{nameof(options.BreakAfter)}", "attempts (or 0 for never)", errors);
        Between(options.BreakFor, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), $"{at}{nameof(options.BreakFor)}", errors);
        Between(options.MaxRequestBytes, 1 << 10, 1 << 30, $"{at}{nameof(options.MaxRequestBytes)}", "bytes", errors);
        if (options.AttemptTimeout is { } attempt)
        {
            Between(attempt, TimeSpan.FromMilliseconds(1), options.Timeout, $"{at}{nameof(options.AttemptTimeout)}", errors, $"{nameof(options.Timeout)} = {options.Timeout:c}");
        }

        if (options.MaxDollarsPerCall is < 0 or > 9_000_000m)
        {
            errors.Add(Invariant($"{at}{nameof(options.MaxDollarsPerCall)} is {options.MaxDollarsPerCall}; it must be between 0 and 9,000,000 dollars."));
        }

        if (options.Format is { } format) Defined(format, $"{at}{nameof(options.Format)}", errors);
        Defined(options.OnUnbounded, $"{at}{nameof(options.OnUnbounded)}", errors);
        Defined(options.OnMissingUsage, $"{at}{nameof(options.OnMissingUsage)}", errors);
        CheckModels(options, at, errors);
        CheckHostedTools(options, at, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <exception cref="OptionsValidationException">With everything that is wrong.</exception>
    public static void ThrowIfInvalid(SafeLlmClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new SafeLlmClientOptionsValidator().Validate(null, options);
        if (result.Failed) throw new OptionsValidationException(Options.DefaultName, typeof(SafeLlmClientOptions), result.Failures);
    }

    // What a typed client appends, and what people copy along with it.
    private static readonly string[] Routes = ["/chat/completions", "/responses", "/v1/messages", "/embeddings"];

    private static void CheckEndpoint(SafeLlmClientOptions options, string at, List<string> errors)
    {
        var path = $"{at}{nameof(options.Endpoint)}";
        if (options.Endpoint is not { } endpoint)
        {
            if (options.NeedsEndpoint && !options.ConfigurationErrors.Exists(error => error.StartsWith(path, StringComparison.Ordinal)))
            {
                errors.Add($"{path} is missing; give the address that chat/completions is appended to, e.g. https://api.openai.com/v1.");
            }

            return;
        }

        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttps && endpoint.Scheme != Uri.UriSchemeHttp))
        {
            errors.Add($"{path} is not an absolute http or https address; give one like https://api.openai.com/v1.");
        }
        else if (endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
        {
            errors.Add($"{path} has user info, a query or a fragment; give scheme, host and path only, and the key as {nameof(options.ApiKey)}.");
        }
        else if (Array.Find(Routes, route => endpoint.AbsolutePath.TrimEnd('/').EndsWith(route, StringComparison.OrdinalIgnoreCase)) is { } end)
        {
            errors.Add($"{path} ends in {end}, which is appended to it once more; give it without, as in https://api.openai.com/v1.");
        }
        else if (endpoint.Scheme == Uri.UriSchemeHttp && !endpoint.IsLoopback && !string.IsNullOrEmpty(options.ApiKey))
        {
            errors.Add($"{path} is {endpoint.GetLeftPart(UriPartial.Authority)}, and {nameof(options.ApiKey)} would travel unencrypted; use https, or leave {nameof(options.ApiKey)} out.");
        }
    }

    private static void CheckSigning(SafeLlmClientOptions options, string at, List<string> errors)
    {
        for (var i = 0; i < options.SigningKeys.Count; i++)
        {
            if (options.SigningKeys[i] is { NotBefore: { } from, NotAfter: { } until } && from >= until)
            {
                errors.Add(Invariant($"{at}{nameof(options.SigningKeys)}:{i} is valid from {from:u} until {until:u}, which is never; NotBefore must be earlier than NotAfter."));
            }
        }

        if ((options.SigningKey is not null || options.SigningKeys.Count > 0) && options is { Endpoint: null, SignFor.Count: 0 })
        {
            errors.Add($"{at}{(options.SigningKey is not null ? nameof(options.SigningKey) : nameof(options.SigningKeys))} is set, and neither {nameof(options.Endpoint)} nor {nameof(options.SignFor)} says whom to sign for; nothing would be signed.");
        }

        foreach (var authority in options.SignFor)
        {
            if (Authority.Normalise(authority) is null)
            {
                errors.Add($"{at}{nameof(options.SignFor)} has \"{authority}\"; give host and, unless it is the scheme's default, port, e.g. llm.example.com:8443.");
            }
        }

        foreach (var header in options.CoveredHeaders)
        {
            try
            {
                _ = new RequestSigner(TimeProvider.System, coveredHeaders: [header.ToLowerInvariant()]);
            }
            catch (ArgumentException)
            {
                errors.Add($"{at}{nameof(options.CoveredHeaders)} has \"{header}\"; give the name of a header, e.g. x-act-as.");
            }
        }

        if (options.ApiKey is { } key && (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            errors.Add($"{at}{nameof(options.ApiKey)} is empty, or has spaces or characters that no header can carry (its value is not shown).");
        }
    }

    private static void CheckModels(SafeLlmClientOptions options, string at, List<string> errors)
    {
        var before = errors.Count;
        for (var i = 0; i < options.Models.Count; i++)
        {
            var model = options.Models[i];
            if (string.IsNullOrWhiteSpace(model.Model)) errors.Add(Invariant($"{at}Models:{i}:Model is empty; give the model's name."));
            if (model.InputPerMillion is < 0 or > 100_000m || model.OutputPerMillion is < 0 or > 100_000m)
            {
                errors.Add(Invariant($"{at}Models:{i} has prices {model.InputPerMillion} and {model.OutputPerMillion}; both must be between 0 and 100,000 dollars per million tokens."));
            }
        }

        if (errors.Count > before || (options.Models.Count == 0 && options.Aliases.Count == 0)) return;
        try
        {
            (options.Catalog ?? ModelCatalog.Embedded).With(options.Models.ToArray(), options.Aliases.AsReadOnly());
        }
        catch (ArgumentException wrong)
        {
            errors.Add($"{at}{nameof(options.Aliases)}: {wrong.Message}");
        }
    }

    private static void CheckHostedTools(SafeLlmClientOptions options, string at, List<string> errors)
    {
        foreach (var tool in options.HostedTools)
        {
            var path = $"{at}{nameof(options.HostedTools)}:{tool.Name}";
            if (string.IsNullOrWhiteSpace(tool.Name)) errors.Add($"{at}{nameof(options.HostedTools)} has a tool without a name; give it as requests do, e.g. web_search.");
            if (tool.DollarsPerUse is < 0 or > 1_000m) errors.Add(Invariant($"{path}:DollarsPerUse is {tool.DollarsPerUse}; it must be between 0 and 1,000 dollars."));
            if (tool.MostUses is { } most) Between(most, 1, 1_000, $"{path}:MostUses", "uses", errors);
        }
    }

    private static void Between(long value, long least, long most, string path, string unit, List<string> errors)
    {
        if (value < least || value > most) errors.Add(Invariant($"{path} is {value:N0}; it must be between {least:N0} and {most:N0} {unit}."));
    }

    private static void Between(TimeSpan value, TimeSpan least, TimeSpan most, string path, List<string> errors, string? mostIs = null)
    {
        if (value < least || value > most) errors.Add(Invariant($"{path} is {value:c}; it must be between {least:c} and {mostIs ?? most.ToString("c", CultureInfo.InvariantCulture)}."));
    }

    private static void Defined<T>(T value, string path, List<string> errors)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) errors.Add($"{path} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
