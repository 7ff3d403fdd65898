namespace SafeLlm.Soak;

/// <summary>What an endpoint throws because its caller asked for it.</summary>
internal sealed class InjectedFaultException() : Exception("Injected.");
