using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Redis.Tests;

/// <summary>Keys that every node shares: what only Redis does with them. The rest is in the contract.</summary>
public sealed class RedisSigningKeyStoreTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly RedisStoreOptions options;

    public RedisSigningKeyStoreTests(TestServer server) => options = WithProtector(server.Options(time));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secret_UnderAnotherMasterKey_IsNotOpenedAndNobodyElseIsRefused()
    {
        using var one = Open();
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateHmac("secret")), Cancellation);
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("public")), Cancellation);

        using var stranger = RedisStores.Open(new RedisStoreOptions { Servers = options.Servers, Ledger = options.Ledger, OperationTimeout = options.OperationTimeout, Clock = time }, time);
        Assert.Null(stranger.Keys!.Find("secret"));
        Assert.NotNull(stranger.Keys.Find("public"));
        Assert.Contains("secret", Assert.Single(stranger.Keys.Faults));
        Assert.Empty(one.Keys!.Faults);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public async Task End_ThatIsNoInstant_LeavesOutItsKeyAndNobodyElse(string end)
    {
        using var one = Open();
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("damaged")), Cancellation);
        await Registry(one).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("whole")), Cancellation);
        using (var server = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers!))
        {
            await server.GetDatabase().HashSetAsync($"{{{options.Ledger}}}:keys-ends", "damaged", end);
        }

        using var other = Open();

        Assert.Null(other.Keys!.Find("damaged"));
        Assert.NotNull(other.Keys.Find("whole"));
        Assert.Single(other.Keys.Faults);
        Assert.Equal(time.GetUtcNow(), other.Keys.CurrentAt);
    }

    [Fact]
    public async Task Key_ThatIsAddedWithItsEnd_IsOneOperation()
    {
        using var stores = Open();
        var end = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.True(await Registry(stores).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("k1")) { NotAfter = end, RevokedAt = end.AddDays(-1), FrozenAt = end.AddDays(-2) }, Cancellation));
        Assert.False(await Registry(stores).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("k1")), Cancellation));

        var key = Assert.Single(await Registry(stores).ListAsync(Cancellation));
        Assert.Equal((end, end.AddDays(-1), end.AddDays(-2)), (key.NotAfter, key.RevokedAt, key.FrozenAt));
    }

    [Fact]
    public async Task Keys_OfAServerThatLostThemAndHasAsManyChangesAgain_AreReadAnew()
    {
        using var node = Open();
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("lost")), Cancellation);
        Assert.NotNull(node.Keys!.Find("lost"));

        using (var server = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers! + ",allowAdmin=true"))
        {
            foreach (var name in new[] { "keys", "keys-ends", "keys-changed" }) await server.GetDatabase().KeyDeleteAsync($"{{{options.Ledger}}}:{name}");
        }

        using (var other = Open()) await Registry(other).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("new")), Cancellation);

        Assert.Equal(["new"], (await Registry(node).ListAsync(Cancellation)).Select(key => key.Key.KeyId));
    }

    /// <summary>A list that had to be read at once would keep a server, and then time out for ever.</summary>
    [Fact]
    public async Task Keys_MoreThanGoIntoOneAnswer_AreAllRead()
    {
        using var one = Open();
        var key = SigningKey.GenerateEcdsaP256("k").Material;
        for (var i = 0; i < 1_203; i++) await Registry(one).AddAsync(new VerifierKey(SigningKey.Create($"k{i}", key)), Cancellation);

        using var node = Open();
        Assert.Equal(1_203, node.Keys!.All.Count);
        await Registry(one).RevokeAsync("k7", time.GetUtcNow(), Cancellation);
        var read = await Registry(node).ListAsync(Cancellation);

        Assert.Equal(1_203, read.Count);
        Assert.Equal(["k7"], read.Where(one => one.RevokedAt is not null).Select(one => one.Key.KeyId));
    }

    /// <summary>As those of a store that a version without that list has made.</summary>
    [Fact]
    public async Task Keys_OfWhoseChangesNothingIsKnown_AreRead()
    {
        using (var before = Open())
        {
            foreach (var name in (string[])["one", "two"]) await Registry(before).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256(name)), Cancellation);
        }

        await using (var server = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers!))
        {
            await server.GetDatabase().KeyDeleteAsync($"{{{options.Ledger}}}:keys-changed");
        }

        using var node = Open();
        Assert.NotNull(node.Keys!.Find("one"));
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("three")), Cancellation);
        Assert.Equal(3, (await Registry(node).ListAsync(Cancellation)).Count);
        Assert.Equal(time.GetUtcNow(), node.Keys.CurrentAt);
    }

    /// <summary>As a replica that takes over comes without what was not copied.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_OfAServerWithoutTheLastChange_AreReadAnew(bool hasANewOne)
    {
        using var node = Open();
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("kept")), Cancellation);
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("lost")), Cancellation);
        Assert.NotNull(node.Keys!.Find("lost"));

        await using (var server = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers!))
        {
            await server.GetDatabase().HashDeleteAsync($"{{{options.Ledger}}}:keys", "lost");
            await server.GetDatabase().SortedSetRemoveAsync($"{{{options.Ledger}}}:keys-changed", "lost");
        }

        using var other = Open();
        if (hasANewOne) await Registry(other).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("new")), Cancellation);

        Assert.Equal(hasANewOne ? ["kept", "new"] : ["kept"], (await Registry(node).ListAsync(Cancellation)).Select(key => key.Key.KeyId));
    }

    /// <summary>Revoked is revoked, whosever clock is ahead.</summary>
    [Fact]
    public async Task Key_RevokedByAClockThatIsAhead_IsRevokedNow()
    {
        using var node = Open();
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("k1")), Cancellation);
        await Registry(node).AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("k2")), Cancellation);
        await Registry(node).RevokeAsync("k1", time.GetUtcNow().AddMinutes(2), Cancellation);
        await Registry(node).FreezeAsync("k2", time.GetUtcNow().AddMinutes(2), Cancellation);

        Assert.Equal((time.GetUtcNow(), time.GetUtcNow()), (node.Keys!.Find("k1")!.RevokedAt, node.Keys.Find("k2")!.FrozenAt));
    }

    private static IKeyRegistry Registry(SafeLlmStores stores) => (IKeyRegistry)stores.Keys!;

    private static RedisStoreOptions WithProtector(RedisStoreOptions options)
    {
        options.KeyProtector = new AesGcmKeyProtector("a master key of thirty-two bytes"u8);
        return options;
    }

    private SafeLlmStores Open() => RedisStores.Open(options, time);
}
