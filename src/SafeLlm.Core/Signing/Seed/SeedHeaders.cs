namespace SafeLlm.Signing;

/// <summary>The headers that sign a request by seed-v0. They replace any of the same name.</summary>
/// <param name="ApiKey">The value of X-API-Key.</param>
/// <param name="Timestamp">The value of X-Timestamp: seconds since 1970, ten digits.</param>
/// <param name="Signature">The value of X-Signature: 64 hexadecimal digits in lower case.</param>
public readonly record struct SeedHeaders(string ApiKey, string Timestamp, string Signature);
