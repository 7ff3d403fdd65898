namespace SafeLlm.Testing;

/// <summary>Keeps what arrived and what it would have cost. Thread-safe; readers get a list that does not change.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<ReceivedRequest> requests = [];
    private readonly List<Bill> bills = [];

    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (gate) return [.. requests];
        }
    }

    public IReadOnlyList<Bill> Bills
    {
        get
        {
            lock (gate) return [.. bills];
        }
    }

    public ReceivedRequest Receive(string method, string path, string query, Dictionary<string, string> headers, byte[] body)
    {
        lock (gate)
        {
            var request = new ReceivedRequest(requests.Count + 1, time.GetUtcNow(), method, path, query, headers, body);
            requests.Add(request);
            return request;
        }
    }

    public void Add(Bill bill)
    {
        lock (gate) bills.Add(bill);
    }

    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
            bills.Clear();
        }
    }
}
