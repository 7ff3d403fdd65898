namespace SafeLlm.AspNetCore;

/// <summary>Keeps the last anomalies.</summary>
internal sealed class AnomalyList : IAnomalyList
{
    private const int Most = 200;

    private readonly Lock gate = new();
    private readonly LinkedList<KeyAnomaly> recent = [];

    public IReadOnlyList<KeyAnomaly> Recent
    {
        get
        {
            lock (gate) return [.. recent];
        }
    }

    public void Add(KeyAnomaly anomaly)
    {
        lock (gate)
        {
            recent.AddFirst(anomaly);
            if (recent.Count > Most) recent.RemoveLast();
        }
    }
}
