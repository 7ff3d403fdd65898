using Microsoft.Extensions.Configuration;

namespace Gateway;

/// <summary>The section <c>Gateway</c> of the configuration.</summary>
internal sealed class GatewayOptions
{
    /// <summary>The provider, as in <c>https://api.openai.com</c>; null for a double in this process that counts and bills.</summary>
    public Uri? Provider { get; set; }

    /// <summary>The header that takes the provider's key: <c>Authorization</c>, <c>x-api-key</c> for Anthropic, <c>api-key</c> for Azure.</summary>
    public string ProviderKeyHeader { get; set; } = "Authorization";

    /// <summary>The environment variable with the provider's key.</summary>
    public string ProviderKeyVariable { get; set; } = "PROVIDER_API_KEY";

    /// <summary>A file with the provider's key, which goes before the variable: a mounted secret.</summary>
    public string? ProviderKeyFile { get; set; }

    /// <summary>Where limits, nonces and the journal are: a file, or <c>redis://host:port</c> for several nodes; null for memory.</summary>
    public string? Store { get; set; }

    /// <summary>The key under which secrets of callers lie in the store, where <c>safellm keys</c> puts them: a file made by <c>safellm keys new-master</c>.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>How long the gateway says that it is not ready before it takes no more calls, so that load balancers notice.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long calls under way may take to end once no more are taken.</summary>
    public TimeSpan DrainFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Who may see the dashboard, by name, and where their passwords are. Empty: there is no dashboard.</summary>
    public IDictionary<string, SecretPlace> Operators { get; } = new Dictionary<string, SecretPlace>(StringComparer.Ordinal);

    /// <summary>Reads the section and says of all that is wrong with it at once.</summary>
    /// <exception cref="InvalidOperationException">A setting is not known, or its value cannot be used.</exception>
    public static GatewayOptions Read(IConfiguration section)
    {
        var options = section.Get<GatewayOptions>() ?? new GatewayOptions();
        var known = typeof(GatewayOptions).GetProperties().Select(property => property.Name).ToList();
        // A binder passes over what it does not know, and a gateway whose provider is misspelt would answer with the double's words.
        var errors = section.GetChildren().Select(child => child.Key).Except(known, StringComparer.OrdinalIgnoreCase)
            .Select(name => $"Gateway:{name} is no setting of the gateway. It has {string.Join(", ", known)}.")
            .Concat(options.Errors()).ToList();
        return errors.Count == 0 ? options : throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>The value of the provider's header.</summary>
    public string ProviderCredential()
    {
        // The double asks for a key too, so that a gateway which forgets to send it fails here and not with the provider.
        var key = Key.Read() ?? "key-of-the-double";
        return ProviderKeyHeader.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer " + key : key;
    }

    private SecretPlace Key => new() { SecretFile = ProviderKeyFile, SecretEnvironmentVariable = ProviderKeyVariable };

    private IEnumerable<string> Errors()
    {
        if (Provider is not null && (!Provider.IsAbsoluteUri || Provider.Scheme is not ("http" or "https") || Provider.PathAndQuery != "/" || Provider.UserInfo.Length > 0))
        {
            yield return $"Gateway:Provider is \"{Provider}\"; give scheme and host alone, e.g. https://api.openai.com: a caller's path follows, which begins with /v1.";
        }

        using (var request = new HttpRequestMessage())
        {
            if (!request.Headers.TryAddWithoutValidation(ProviderKeyHeader, "")) yield return $"Gateway:ProviderKeyHeader is \"{ProviderKeyHeader}\"; give the name of a header, e.g. Authorization or x-api-key.";
        }

        foreach (var (name, file) in new[] { (nameof(ProviderKeyFile), ProviderKeyFile), (nameof(MasterKeyFile), MasterKeyFile) })
        {
            if (!string.IsNullOrEmpty(file) && !File.Exists(file)) yield return $"Gateway:{name} is \"{file}\", and there is no such file.";
        }

        if (Provider is not null && (string.IsNullOrEmpty(ProviderKeyFile) || File.Exists(ProviderKeyFile)))
        {
            if (Key.Read() is not { } key) yield return $"There is no key for {Provider}. Set the environment variable {ProviderKeyVariable}, or Gateway:ProviderKeyFile.";
            else if (key.AsSpan().ContainsAnyExceptInRange('!', '~')) yield return "The provider's key has spaces, line breaks or characters that no header can carry (its value is not shown).";
        }

        foreach (var (name, time) in new[] { (nameof(DrainDelay), DrainDelay), (nameof(DrainFor), DrainFor) })
        {
            if (time < TimeSpan.Zero || time > TimeSpan.FromDays(1)) yield return $"Gateway:{name} is {time}; it must be between 00:00:00 and 1.00:00:00.";
        }
    }
}
