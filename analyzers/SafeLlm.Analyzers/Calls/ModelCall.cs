namespace SafeLlm.Analyzers.Calls;

/// <summary>Methods of an SDK's type that send a request to a model.</summary>
internal sealed class ModelCall(string sdk, string[] types, OptionsShape options, params string[] methods)
{
    /// <summary>The SDK, as a message names it.</summary>
    public string Sdk => sdk;

    /// <summary>Full names of the types that have the methods.</summary>
    public string[] Types => types;

    public string[] Methods => methods;

    public OptionsShape Options => options;

    /// <summary>Whether the object that is called holds the options.</summary>
    public bool IsOfReceiver { get; set; }

    /// <summary>Whether what is sent, and its settings, belong to a function that is made elsewhere.</summary>
    public bool IsOfFunction { get; set; }
}
