using System.Diagnostics;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Redis.Tests;

/// <summary>Keys that every node shares.</summary>
public sealed class RedisSigningKeyStoreTests(TestServer server)
{
    private readonly RedisStoreOptions options = WithProtector(server.Options());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_OfEveryMember_ComesBackOnAnotherNodeAsItWas()
    {
        using var one = Open();
        using var other = Open();
        var key = new VerifierKey(SigningKey.GenerateHmac("acme.shop"))
        {
            NotBefore = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            NotAfter = new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero),
            Client = "acme",
            User = "42",
            Tenant = "t1",
            Device = "d1",
            Tier = "PRO",
            ActsForUsers = true,
            Endpoints = ["/v1/*"],
            Models = ["gpt-4.1-mini"],
        };
        Assert.True(await Registry(one).AddAsync(key, Cancellation));
        Assert.False(await Registry(one).AddAsync(key, Cancellation));

        var found = Assert.Single(await Registry(other).ListAsync(Cancellation));
        Assert.Equal(key.Key.ExportBase64(), found.Key.ExportBase64());
        Assert.Equal(key.Endpoints, found.Endpoints);
        Assert.Equal(key.Models, found.Models);
        Assert.Equal(key with { Key = found.Key, Endpoints = found.Endpoints, Models = found.Models }, found);
    }

    [Fact]
    public async Task Key_ThatIsRevoked_IsGoneOnEveryNodeWithinASecond()
    {
        using var one = Open();
        using var other = Open();
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateHmac("acme.shop")), Cancellation);
        await Until.HoldsAsync(() => Task.FromResult(other.Keys!.Find("acme.shop") is not null));

        var clock = Stopwatch.StartNew();
        await Registry(one).RevokeAsync("acme.shop", DateTimeOffset.UtcNow, Cancellation);
        Assert.NotNull(one.Keys!.Find("acme.shop")!.RevokedAt);
        await Until.HoldsAsync(() => Task.FromResult(other.Keys!.Find("acme.shop")!.RevokedAt is not null));

        // A quarter of a second is the look's interval; the rest is the machine's.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Revocation_ThatIsLater_DoesNotMakeAKeyLiveUntilThen()
    {
        using var one = Open();
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateHmac("acme.shop")), Cancellation);
        await Registry(one).RevokeAsync("acme.shop", now, Cancellation);
        await Registry(one).RevokeAsync("acme.shop", now.AddDays(1), Cancellation);
        await Registry(one).FreezeAsync("acme.shop", now, Cancellation);
        await Registry(one).FreezeAsync("acme.shop", null, Cancellation);

        var found = one.Keys!.Find("acme.shop")!;
        Assert.Equal((now, null), (found.RevokedAt, found.FrozenAt));
        Assert.False(await Registry(one).RevokeAsync("nobody", now, Cancellation));
    }

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
