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

    /// <summary>How long the gateway says that it is not ready before it takes no more calls, so that load balancers notice.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long calls under way may take to end once no more are taken.</summary>
    public TimeSpan DrainFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Who may see the dashboard, by name, and where their passwords are. Empty: there is no dashboard.</summary>
    public IDictionary<string, SecretPlace> Operators { get; } = new Dictionary<string, SecretPlace>(StringComparer.Ordinal);

    /// <summary>The value of the provider's header.</summary>
    /// <exception cref="InvalidOperationException">A provider is configured, and there is no key for it.</exception>
    public string ProviderCredential()
    {
        var key = new SecretPlace { SecretFile = ProviderKeyFile, SecretEnvironmentVariable = ProviderKeyVariable }.Read()
            // The double asks for a key too, so that a gateway which forgets to send it fails here and not with the provider.
            ?? (Provider is null ? "key-of-the-double" : throw new InvalidOperationException($"There is no key for {Provider.Host}. Set the environment variable {ProviderKeyVariable}, or Gateway:ProviderKeyFile."));

        return ProviderKeyHeader.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer " + key : key;
    }
}
