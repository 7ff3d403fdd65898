using System.Globalization;

namespace SafeLlm.Soak;

/// <summary>The verifier with every limit of a tier at full load. A round is half a minute of it, which is five of the gateway's.</summary>
internal sealed class ServerSoak : ISoak
{
    // One call in ten is a failure of the network's, which is answered late: few callers would mostly wait and not load the gateway.
    private const int Callers = 512;

    // Nonces live for five minutes and a half of the gateway's clock: until they come and go alike, memory grows.
    private const int WarmUps = 3;

    // The ledger keeps the id of a closed hold for a day, some 30 bytes each (InMemoryLedger), in tables that double.
    private const long BytesPerCall = 80;
    private const long Slack = 16L << 20;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(1);

    private long calls;
    private int rounds;
    private (long Heap, long Calls) baseline;

    public string Name => "server";

    public string What => "the verifier at full load, with forgeries, replays, failing endpoints and callers that hang up: memory stays flat, no hold is left, no error that was not injected";

    public async Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        var gateway = await SoakGateway.GetAsync();
        using var over = new CancellationTokenSource(Round);
        var counts = new long[Enum.GetValues<SoakCall>().Length];
        using (var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers }))
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
                async () =>
                {
                    var one = new SoakCaller(gateway, http, new Random((int)((seed + caller) % int.MaxValue)));
                    while (!over.IsCancellationRequested) Interlocked.Increment(ref counts[(int)await one.CallAsync(cancellationToken)]);
                },
                cancellationToken)));
        }

        await NoHoldAsync(gateway, cancellationToken);
        if (gateway.Log.Errors.TryDequeue(out var error)) throw new InvalidOperationException("An error that was not injected: " + error);
        calls += counts.Sum();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        if (++rounds <= WarmUps) baseline = (heap, calls);
        var most = baseline.Heap + Slack + ((calls - baseline.Calls) * BytesPerCall);
        if (heap > most) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The heap has {heap:N0} bytes after {calls:N0} calls; {baseline.Heap:N0} after {baseline.Calls:N0}."));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{counts[(int)SoakCall.Good] / Round.TotalSeconds:N0} served a second, {counts[(int)SoakCall.Refused]:N0} refused, {counts[(int)SoakCall.Fault]:N0} faults injected; heap {heap / 1048576.0:N1} MiB, process {Environment.WorkingSet / 1048576.0:N1} MiB");
    }

    // A caller that hung up is gone before the gateway has noticed.
    private static async Task NoHoldAsync(SoakGateway gateway, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MostWait);
        while (await gateway.Stores.Ledger.CountHoldsAsync(cancellationToken) is > 0 and var open)
        {
            if (limit.IsCancellationRequested) throw new InvalidOperationException($"{open} holds are open after the last call.");
            // A call settles behind its answer, and no event tells of the last one.
            await Task.Delay(20, cancellationToken);
        }
    }
}
