namespace SafeLlm.AspNetCore;

/// <summary>Names a setting by its full path, where the options came from configuration.</summary>
internal static class OptionPath
{
    public static string Of(SafeLlmVerifierOptions options, string name) =>
        options.ConfigurationPath.Length == 0 ? name : $"{options.ConfigurationPath}:{name}";
}
