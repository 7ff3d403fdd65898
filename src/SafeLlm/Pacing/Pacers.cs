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
    private long sweptAt = time.GetTimestamp() - (10 * time.TimestampFrequency);

    /// <summary>How many calls wait for their turn, over all pacers.</summary>
    public int Waiting => pacers.Values.Sum(pacer => pacer.Waiting);

    internal int Count => pacers.Count;

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
        if (pacers.Count >= Most) ForgetIdle();
        return pacers.Count < Most ? pacers.GetOrAdd(key, _ => new Pacer(time, longestWait)) : null;
    }

    // Keys are replaced over the weeks, and models too: who has nothing to say any more makes room. Once a second at most, as it looks at all.
    private void ForgetIdle()
    {
        var now = time.GetTimestamp();
        var last = Volatile.Read(ref sweptAt);
        if (time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1) || Interlocked.CompareExchange(ref sweptAt, now, last) != last) return;
        foreach (var (key, pacer) in pacers)
        {
            if (pacer.IsIdle) pacers.TryRemove(key, out _);
        }
    }

    // A hash, so that no key is kept; two keys that share one only share their pace.
    private static int KeyOf(HttpRequestMessage request)
    {
        if (request.Headers.NonValidated.Count == 0) return 0;

        foreach (var name in (ReadOnlySpan<string>)["Authorization", "x-api-key", "api-key", "x-goog-api-key"])
        {
            if (request.Headers.NonValidated.TryGetValues(name, out var values)) return string.GetHashCode(KeyIn(values.ToString()), StringComparison.Ordinal);
        }

        return 0;
    }

    // AWS signs each request anew; of the header only the key's name stays: "AWS4-HMAC-SHA256 Credential=AKIA…/20261123/us-east-1/bedrock/aws4_request, …".
    private static ReadOnlySpan<char> KeyIn(string value)
    {
        const string Credential = "Credential=";
        if (!value.StartsWith("AWS4-", StringComparison.Ordinal) || value.IndexOf(Credential, StringComparison.Ordinal) is not (> 0 and var at)) return value;
        var rest = value.AsSpan(at + Credential.Length);
        return rest.IndexOf('/') is > 0 and var end ? rest[..end] : rest;
    }

    private sealed record Latest(string Authority, string Model, int Key, Pacer Pacer);
}
