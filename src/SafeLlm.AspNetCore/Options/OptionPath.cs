namespace SafeLlm.AspNetCore;

/// <summary>Names a setting by its full path, where the options came from configuration.</summary>
internal static class OptionPath
{
    /// <summary>An entry of a list. Where it came from configuration it is named as there: entries that could not be read have no place in the options.</summary>
    public static string Of(SafeLlmVerifierOptions options, string list, int index) =>
        options.ConfiguredEntries.TryGetValue((list, index), out var path) ? path : Of(options, $"{list}:{index}");

    public static string Of(SafeLlmVerifierOptions options, string name) =>
        options.ConfigurationPath.Length == 0 ? name : $"{options.ConfigurationPath}:{name}";
}
