using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Redis.Tests;

/// <summary>Gateway processes on one ledger, in front of one provider.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly RedisStoreOptions options;
    private readonly SafeLlmStores stores;

    private Fleet(RedisStoreOptions options, ProviderDouble provider)
    {
        this.options = options;
        Provider = provider;
        stores = RedisStores.Open(options, TimeProvider.System);
    }

    public ProviderDouble Provider { get; }

    public List<NodeProcess> Nodes { get; } = [];

    public List<Uri> Addresses { get; } = [];

    public HttpClient Http { get; } = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(2) };

    public ILedger Ledger => stores.Ledger;

    public static Task<Fleet> StartAsync(TestServer server, int nodes) => StartAsync(server.Options(), nodes);

    public static async Task<Fleet> StartAsync(RedisStoreOptions options, int nodes)
    {
        var fleet = new Fleet(options, await ProviderDouble.StartAsync(cancellationToken: TestContext.Current.CancellationToken));
        var started = await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => fleet.StartNodeAsync()));
        foreach (var (node, address) in started)
        {
            fleet.Nodes.Add(node);
            fleet.Addresses.Add(address);
        }

        return fleet;
    }

    /// <summary>Starts a new node, lets callers go there, and drains the old one.</summary>
    public async Task ReplaceAsync(int index)
    {
        var (node, address) = await StartNodeAsync();
        var old = Nodes[index];
        (Nodes[index], Addresses[index]) = (node, address);
        await old.DrainAsync();
        await old.DisposeAsync();
    }

    public async Task<LimitState> StateAsync(Limit limit) => (await Ledger.ReadAsync([limit], TestContext.Current.CancellationToken))[0];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        Http.Dispose();
        stores.Dispose();
        await Provider.DisposeAsync();
    }

    private Task<(NodeProcess Node, Uri Address)> StartNodeAsync() => NodeProcess.StartGatewayAsync(options.Servers!, options.Ledger, Provider.BaseAddress);
}
