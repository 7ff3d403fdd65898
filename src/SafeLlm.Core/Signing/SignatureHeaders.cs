namespace SafeLlm.Signing;

/// <summary>The headers that sign a request. They replace any of the same name.</summary>
/// <param name="ContentDigest">The value of Content-Digest; null where there is no content.</param>
/// <param name="SignatureInput">The value of Signature-Input.</param>
/// <param name="Signature">The value of Signature.</param>
public readonly record struct SignatureHeaders(string? ContentDigest, string SignatureInput, string Signature);
