using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Redis.Tests;

/// <summary>Keys that every node shares: what only Redis does with them. The rest is in the contract.</summary>
public sealed class RedisSigningKeyStoreTests(TestServer server)
{
    private readonly RedisStoreOptions options = WithProtector(server.Options());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secret_UnderAnotherMasterKey_IsNotOpenedAndNobodyElseIsRefused()
    {
        using var one = Open();
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateHmac("secret")), Cancellation);
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("public")), Cancellation);

        using var stranger = RedisStores.Open(new RedisStoreOptions { Servers = options.Servers, Ledger = options.Ledger, OperationTimeout = options.OperationTimeout }, TimeProvider.System);
        Assert.Null(stranger.Keys!.Find("secret"));
        Assert.NotNull(stranger.Keys.Find("public"));
    }

    private static IKeyRegistry Registry(SafeLlmStores stores) => (IKeyRegistry)stores.Keys!;

    private static RedisStoreOptions WithProtector(RedisStoreOptions options)
    {
        options.KeyProtector = new AesGcmKeyProtector("a master key of thirty-two bytes"u8);
        return options;
    }

    private SafeLlmStores Open() => RedisStores.Open(options, TimeProvider.System);
}
