namespace SafeLlm;

/// <summary>
/// How an attempt is settled whose usage never came: a stream that was cut or left, a time-out, a lost connection, an answer
/// without usage.
/// </summary>
public enum OnMissingUsage
{
    /// <summary>The whole hold is charged: a provider may have billed as much.</summary>
    Worst,

    /// <summary>
    /// The input as counted and the output that was seen are charged. A model that reasons is still charged in full, as its
    /// reasoning is not seen, and so is an answer that is neither read to its end nor disposed: when its lease ends, or the call's time in a scope.
    /// </summary>
    Floor,

    /// <summary>
    /// A stream that its reader left is read on to its end, within <see cref="SafeLlmClientOptions.DrainTimeout"/>, so that its
    /// usage still comes. Where it does not, the whole hold is charged. It costs what the provider generates meanwhile.
    /// </summary>
    Drain,
}
