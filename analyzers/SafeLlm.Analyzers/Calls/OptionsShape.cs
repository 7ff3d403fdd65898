namespace SafeLlm.Analyzers.Calls;

/// <summary>Where the options of an SDK keep the output bound.</summary>
internal sealed class OptionsShape(string[] types, string[] caps)
{
    /// <summary>Full names of the types; what derives from one counts as one.</summary>
    public string[] Types => types;

    /// <summary>Paths of the members that hold the bound. The first is the one that a fix writes.</summary>
    public string[] Caps => caps;

    /// <summary>Members that hold settings by JSON name, a bound among them.</summary>
    public string[] Bags { get; set; } = [];

    /// <summary>Members that, once set, may set the bound out of sight.</summary>
    public string[] Openers { get; set; } = [];

    /// <summary>Whether the options wrap the settings that hold the bound, as KernelArguments do.</summary>
    public OptionsShape? Wraps { get; set; }

    /// <summary>Whether the SDK does not compile, or the provider does not answer, without the bound.</summary>
    public bool IsRequired { get; set; }
}
