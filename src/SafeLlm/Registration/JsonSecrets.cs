using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace SafeLlm.Registration;

/// <summary>Warns of secrets that stand in a JSON file, where they are checked in and backed up with the rest.</summary>
internal static class JsonSecrets
{
    private static readonly string[] Environments = ["DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "ENVIRONMENT"];

    public static void Tell(IConfiguration configuration, SafeLlmClientOptions options, ILogger logger)
    {
        if (options.InlineSecrets.Count == 0 || configuration is not IConfigurationRoot root || IsDevelopment(root)) return;
        foreach (var path in options.InlineSecrets)
        {
            // The last provider that has it is the one that counts. By name: the JSON provider is a package of its own, which this one does not need.
            var from = root.Providers.LastOrDefault(provider => provider.TryGet(path, out _));
            if (from?.GetType().Name.StartsWith("Json", StringComparison.Ordinal) == true) Log.SecretInJson(logger, path);
        }
    }

    private static bool IsDevelopment(IConfiguration configuration) =>
        Environments.Any(name => (configuration[name] ?? Environment.GetEnvironmentVariable(name))?.Equals("Development", StringComparison.OrdinalIgnoreCase) == true);
}
