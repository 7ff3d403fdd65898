namespace SafeLlm.AspNetCore;

/// <summary>Tells that the verifier was registered, without making any of it.</summary>
internal sealed class VerifierMarker;
