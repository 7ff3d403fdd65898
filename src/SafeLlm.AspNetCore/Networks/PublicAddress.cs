using System.Net;

namespace SafeLlm.AspNetCore;

/// <summary>Where a client believes it sent its request, and from where it came.</summary>
/// <param name="Scheme">The scheme, lower case.</param>
/// <param name="Host">Host and perhaps port, as received.</param>
/// <param name="PathPrefix">The path that was taken away on the way; null for none.</param>
/// <param name="Caller">The caller's address; null where the connection has none.</param>
internal readonly record struct PublicAddress(string Scheme, string Host, string? PathPrefix, IPAddress? Caller);
