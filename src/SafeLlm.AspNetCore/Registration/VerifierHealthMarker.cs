namespace SafeLlm.AspNetCore;

/// <summary>Tells that the verifier's health check is named already.</summary>
internal sealed class VerifierHealthMarker;
