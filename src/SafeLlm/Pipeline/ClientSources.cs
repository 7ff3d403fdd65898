using System.Security.Cryptography;
using SafeLlm.Telemetry;

namespace SafeLlm.Pipeline;

/// <summary>Time and chance, from outside, so that tests set them.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Jitter">A number from 0 to below 1.</param>
/// <param name="Ids">A new id for a call: unique, and nobody else's to choose.</param>
/// <param name="Nonces">Fills a span with random bytes for a signature; null for the system's generator.</param>
/// <param name="Metrics">Where measurements go; null for those that all clients without dependency injection share.</param>
internal sealed record ClientSources(TimeProvider Time, Func<double> Jitter, Func<string> Ids, Action<Memory<byte>>? Nonces = null, ClientMetrics? Metrics = null)
{
    public static ClientSources System(TimeProvider time) => new(
        time,
        static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20),
        CallIds.Next);
}
