using System.Collections.Concurrent;
using SafeLlm.Pipeline;

namespace SafeLlm.Pacing;

/// <summary>The pacers of a client: one for each provider, model and key, as providers limit by all three.</summary>
internal sealed class Pacers(TimeProvider time, TimeSpan longestWait)
{
    // Models come from callers; what is beyond this is not paced, and the provider's 429 is heard as ever.
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(string Authority, string Model, int Key), Pacer> pacers = new();

    // Nearly every call is like the last one.
    private volatile Latest? latest;

    /// <summary>How many calls wait for their turn, over all pacers.</summary>
    public int Waiting => pacers.Values.Sum(pacer => pacer.Waiting);

    public Pacer? For(Call call)
    {
        var (authority, model, keyOf) = (call.Target.Authority, call.Facts?.Model ?? "", KeyOf(call.Request));
        if (latest is { } last && last.Key == keyOf && last.Authority == authority && last.Model == model) return last.Pacer;

        if (Find((authority, model, keyOf)) is not { } found) return null;
        latest = new Latest(authority, model, keyOf, found);
        return found;
    }

    private Pacer? Find((string Authority, string Model, int Key) key)
    {
        if (pacers.TryGetValue(key, out var pacer)) return pacer;
        return pacers.Count < Most ? pacers.GetOrAdd(key, _ => new Pacer(time, longestWait)) : null;
    }

    // A hash, so that no key is kept; two keys that share one only share their pace.
    private static int KeyOf(HttpRequestMessage request)
    {
        if (request.Headers.NonValidated.Count == 0) return 0;

        foreach (var name in (ReadOnlySpan<string>)["Authorization", "x-api-key", "api-key", "x-goog-api-key"])
        {
            if (request.Headers.NonValidated.TryGetValues(name, out var values)) return string.GetHashCode(values.ToString(), StringComparison.Ordinal);
        }

        return 0;
    }

    private sealed record Latest(string Authority, string Model, int Key, Pacer Pacer);
}
