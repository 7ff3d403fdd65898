using SafeLlm;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Testing;

namespace Quickstart;

/// <summary>What a scene plays on: a provider, a gateway in front of it, and keys for its callers.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(ProviderDouble provider, Gateway gateway, SigningKey shopKey, SigningKey trialKey)
    {
        Provider = provider;
        Gateway = gateway;
        ShopKey = shopKey;
        TrialKey = trialKey;
    }

    public ProviderDouble Provider { get; }

    public Gateway Gateway { get; }

    /// <summary>The key of a caller of tier PRO.</summary>
    public SigningKey ShopKey { get; }

    /// <summary>The key of a caller of tier FREE.</summary>
    public SigningKey TrialKey { get; }

    /// <summary>What the clients of the scene have spent and hold.</summary>
    public SafeLlmStores ClientStores { get; } = InMemoryStoreHostExtensions.InMemory(TimeProvider.System);

    public static async Task<Stage> StartAsync()
    {
        // A deployment's secrets are in its environment; this process makes them up and puts them there.
        var shopKey = SigningKey.GenerateHmac("acme.shop.2026-11");
        var trialKey = SigningKey.GenerateHmac("trial.2026-11");
        Environment.SetEnvironmentVariable("SHOP_SIGNING_SECRET", shopKey.ExportBase64());
        Environment.SetEnvironmentVariable("TRIAL_SIGNING_SECRET", trialKey.ExportBase64());

        var provider = await ProviderDouble.StartAsync();
        return new Stage(provider, await Gateway.StartAsync(provider.BaseAddress), shopKey, trialKey);
    }

    /// <summary>A client that calls the gateway with the shop's key.</summary>
    public SafeLlmClient Client(Action<SafeLlmClientOptions>? configure = null) => SafeLlmClient.Create(Options(configure));

    /// <summary>The same pipeline beneath a plain <see cref="HttpClient"/>.</summary>
    public HttpClient Http(Action<SafeLlmClientOptions>? configure = null) =>
        new(SafeLlmHandler.Create(Options(configure))) { BaseAddress = Gateway.Address };

    /// <summary>Whatever happened in a scene, nothing may be left held on either side.</summary>
    public async Task ExpectNoOpenHoldsAsync(CancellationToken cancellationToken)
    {
        // The gateway settles when its answer has ended, which the client may see a moment earlier.
        int client, gateway;
        do
        {
            client = await ClientStores.Ledger.CountHoldsAsync(cancellationToken);
            gateway = await Gateway.Ledger.CountHoldsAsync(cancellationToken);
            if (client + gateway > 0) await Task.Delay(10, cancellationToken);
        }
        while (client + gateway > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private SafeLlmClientOptions Options(Action<SafeLlmClientOptions>? configure)
    {
        var options = new SafeLlmClientOptions { Endpoint = Gateway.Address, SigningKey = ShopKey };
        options.UseStores(_ => ClientStores);
        configure?.Invoke(options);
        return options;
    }
}
