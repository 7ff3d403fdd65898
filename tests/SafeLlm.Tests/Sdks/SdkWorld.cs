using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>The provider double on loopback, and a handler with a ledger of its own to put beneath an SDK.</summary>
public sealed class SdkWorld : IAsyncDisposable
{
    private int sends;

    private SdkWorld(ProviderDouble provider)
    {
        Provider = provider;
        Ledger = new InMemoryLedger(TimeProvider.System);
        Options.AllowUnsigned = true; // the double verifies nothing
        Options.UseStores(time => new SafeLlmStores(Ledger, new InMemoryNonceStore(time)));
        Options.Limits.Add(Limit.Dollars(1).PerDay());
    }

    public ProviderDouble Provider { get; }

    public InMemoryLedger Ledger { get; }

    public SafeLlmClientOptions Options { get; } = new();

    /// <summary>How often the SDK above sent.</summary>
    public int Sends => Volatile.Read(ref sends);

    public static async Task<SdkWorld> StartAsync(Action<ProviderDoubleOptions>? configure = null)
    {
        var options = new ProviderDoubleOptions { ApiKey = "key" };
        configure?.Invoke(options);
        return new SdkWorld(await ProviderDouble.StartAsync(options, TestContext.Current.CancellationToken));
    }

    public HttpClient Http() => new(new CountingHandler(this) { InnerHandler = SafeLlmHandler.Create(Options) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The same without us.</summary>
    public static HttpClient Bare() => new();

    /// <summary>What was charged, once nothing is held any more.</summary>
    public async Task<long> SpentAsync()
    {
        // A stream's hold is closed by its last read or its disposal, which an SDK may do a moment after its last piece.
        while (await Ledger.CountHoldsAsync(TestContext.Current.CancellationToken) > 0) await Task.Yield();
        return (await Ledger.ReadAsync([.. Options.Limits], TestContext.Current.CancellationToken))[0].Spent;
    }

    public ValueTask DisposeAsync() => Provider.DisposeAsync();

    private sealed class CountingHandler(SdkWorld world) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref world.sends);
            return base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref world.sends);
            return base.Send(request, cancellationToken);
        }
    }
}
