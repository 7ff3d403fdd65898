using System.Diagnostics;
using System.Text;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Contracts;

/// <summary>Keys that several processes share: added once, changed by any of them, and gone everywhere within a second.</summary>
public abstract class SigningKeyContract : StoreContract
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>For a store that does not answer at all: no test is about how fast a machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private IKeyRegistry Registry => (IKeyRegistry)Stores.Keys!;

    /// <summary>What the stores seal their secrets with.</summary>
    protected static IKeyProtector Protector { get; } = new AesGcmKeyProtector(Encoding.ASCII.GetBytes("a master key of thirty-two bytes"));

    /// <summary>Opens what the test's stores keep once more, as another process does.</summary>
    /// <param name="time">The clock of that process.</param>
    /// <param name="protector">What it opens secrets with; null where it has nothing.</param>
    protected abstract SafeLlmStores OpenAgain(TimeProvider time, IKeyProtector? protector);

    [Fact]
    public async Task Key_OfEveryMember_ComesBackElsewhereAsItWas()
    {
        var key = Full(SigningKey.GenerateHmac("acme.shop"));
        Assert.True(await Registry.AddAsync(key, Cancellation));
        using var other = OpenAgain(Time, Protector);

        foreach (var found in new[] { Stores.Keys!.Find("acme.shop")!, other.Keys!.Find("acme.shop")!, Assert.Single(other.Keys.All) })
        {
            Assert.Equal(key.Key.ExportBase64(), found.Key.ExportBase64());
            Assert.Equal(key.Endpoints, found.Endpoints);
            Assert.Equal(key.Models, found.Models);
            Assert.Equal(key with { Key = found.Key, Endpoints = found.Endpoints, Models = found.Models }, found);
        }

        Assert.Null(other.Keys.Find("Acme.shop"));
    }

    [Fact]
    public async Task Key_OfACurve_IsKeptAsItsPublicHalfAndNeedsNoProtector()
    {
        var key = SigningKey.GenerateEcdsaP256("acme.shop");
        using var without = OpenAgain(Time, null);
        Assert.True(await ((IKeyRegistry)without.Keys!).AddAsync(new VerifierKey(key), Cancellation));

        Assert.True(Stores.Keys!.Find("acme.shop")!.Key.IsSameAs(key));
        Assert.False(Stores.Keys.Find("acme.shop")!.Key.CanSign);
    }

    [Fact]
    public async Task Key_OfTheSeedsProfile_ComesBackThoughItIsShort()
    {
        await Registry.AddAsync(new VerifierKey(SigningKey.Seed("client_123", "sixteen letters!")) { Profile = SignatureProfile.SeedV0, Endpoints = ["/old"] }, Cancellation);
        Assert.Equal(SignatureProfile.SeedV0, Stores.Keys!.Find("client_123")!.Profile);
    }

    [Fact]
    public async Task Scopes_OfAnySpelling_ComeBackElsewhereAsTheyWere()
    {
        var scoped = new VerifierKey(SigningKey.GenerateHmac("scoped")) { Endpoints = ["/a,b", "/[\"c\"]", "/\\n/*", "/\u00fc"], Models = ["[x", "\"", "a b", "[]"] };
        var open = new VerifierKey(SigningKey.GenerateHmac("open"));
        foreach (var key in (VerifierKey[])[scoped, open]) Assert.True(await Registry.AddAsync(key, Cancellation));
        using var other = OpenAgain(Time, Protector);

        Assert.Equal(scoped.Endpoints, other.Keys!.Find("scoped")!.Endpoints);
        Assert.Equal(scoped.Models, other.Keys.Find("scoped")!.Models);
        Assert.Empty(other.Keys.Find("open")!.Endpoints);
        Assert.Empty(other.Keys.Find("open")!.Models);
    }

    /// <summary>An empty list means all: what is no scope must not become one.</summary>
    [Theory]
    [InlineData("", "gpt-4o", "Endpoints")]
    [InlineData(" ", "gpt-4o", "Endpoints")]
    [InlineData("/a\n/b", "gpt-4o", "Endpoints")]
    [InlineData("/a\0", "gpt-4o", "Endpoints")]
    [InlineData("v1/chat/completions", "gpt-4o", "Endpoints")]
    [InlineData("*", "gpt-4o", "Endpoints")]
    [InlineData("/a", "", "Models")]
    [InlineData("/a", "\t", "Models")]
    [InlineData("/a", "gpt-4o\no3", "Models")]
    public async Task Scope_ThatIsNone_IsNotStored(string endpoint, string model, string named)
    {
        var key = new VerifierKey(SigningKey.GenerateHmac("a")) { Endpoints = ["/ok", endpoint], Models = [model, "ok"] };
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await Registry.AddAsync(key, Cancellation));

        Assert.Contains($"The key a cannot be kept: {named} has ", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Registry.ListAsync(Cancellation));
    }

    /// <summary>All who have an empty name would be one.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\r\nb")]
    [InlineData("\u009f")]
    public async Task Owner_ThatIsNobody_IsNotStored(string name)
    {
        var key = new VerifierKey(SigningKey.GenerateHmac("a"));
        foreach (var (member, owned) in new[] { ("Client", key with { Client = name }), ("User", key with { User = name }), ("Tenant", key with { Tenant = name }), ("Device", key with { Device = name }), ("Tier", key with { Tier = name }) })
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(async () => await Registry.AddAsync(owned, Cancellation));
            Assert.Contains($"The key a cannot be kept: {member} ", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await Registry.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Secret_WithoutAProtector_IsNotStored()
    {
        using var without = OpenAgain(Time, null);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await ((IKeyRegistry)without.Keys!).AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));

        Assert.Empty(await Registry.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Keys_AreListedByName_TheEndedOnesToo()
    {
        foreach (var name in new[] { "b", "a", "B", "c" }) Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac(name)), Cancellation));
        await Registry.RevokeAsync("b", Start, Cancellation);
        await Registry.EndAsync("c", Start.AddDays(-1), Cancellation);

        Assert.Equal(["B", "a", "b", "c"], (await Registry.ListAsync(Cancellation)).Select(key => key.Key.KeyId));
    }

    [Fact]
    public async Task Name_IsNeverUsedTwice_NotEvenOfARevokedKey()
    {
        var first = SigningKey.GenerateHmac("a");
        Assert.True(await Registry.AddAsync(new VerifierKey(first), Cancellation));
        Assert.False(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));
        await Registry.RevokeAsync("a", Start, Cancellation);
        Assert.False(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));

        Assert.True(Stores.Keys!.Find("a")!.Key.IsSameAs(first));
        Assert.Equal(Start, Stores.Keys.Find("a")!.RevokedAt);
    }

    [Fact]
    public async Task Name_AddedByManyAtOnce_IsTheFirstOnes()
    {
        using var other = OpenAgain(Time, Protector);
        var keys = Enumerable.Range(0, 16).Select(_ => SigningKey.GenerateHmac("a")).ToArray();
        var added = await Task.WhenAll(keys.Select((key, i) => Task.Run(
            async () => await ((IKeyRegistry)(i % 2 == 0 ? Stores : other).Keys!).AddAsync(new VerifierKey(key), Cancellation), Cancellation)));

        var winner = keys[Array.IndexOf(added, true)];
        Assert.Single(added, was => was);
        Assert.True(Assert.Single(await Registry.ListAsync(Cancellation)).Key.IsSameAs(winner));
    }

    [Fact]
    public async Task Key_AddedWithItsEnds_HasThem()
    {
        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")) { NotAfter = Start.AddDays(1), RevokedAt = Start.AddDays(2), FrozenAt = Start.AddDays(3) }, Cancellation);
        using var other = OpenAgain(Time, Protector);

        var found = other.Keys!.Find("a")!;
        Assert.Equal((Start.AddDays(1), Start.AddDays(2), Start.AddDays(3)), (found.NotAfter, found.RevokedAt, found.FrozenAt));
    }

    [Fact]
    public async Task Change_CountsAtOnceWhereItIsMade()
    {
        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("b")), Cancellation);
        Assert.True(await Registry.EndAsync("a", Start.AddDays(1), Cancellation));
        Assert.True(await Registry.FreezeAsync("a", Start, Cancellation));
        Assert.Equal((Start.AddDays(1), Start, null), Ends("a"));

        Assert.True(await Registry.FreezeAsync("a", null, Cancellation));
        Assert.True(await Registry.RevokeAsync("a", Start, Cancellation));
        Assert.Equal((Start.AddDays(1), null, Start), Ends("a"));
        Assert.Equal((null, null, null), Ends("b"));
    }

    [Fact]
    public async Task EndOrRevocation_ThatIsLater_DoesNotMakeAKeyLiveUntilThen()
    {
        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        foreach (var days in new[] { 1, 2, 0, 3 })
        {
            Assert.True(await Registry.EndAsync("a", Start.AddDays(days), Cancellation));
            Assert.True(await Registry.RevokeAsync("a", Start.AddDays(days), Cancellation));
        }

        Assert.Equal((Start, null, Start), Ends("a"));
    }

    [Fact]
    public async Task Change_OfAKeyThatIsNotThere_IsFalse()
    {
        Assert.False(await Registry.RevokeAsync("a", Start, Cancellation));
        Assert.False(await Registry.EndAsync("a", Start, Cancellation));
        Assert.False(await Registry.FreezeAsync("a", Start, Cancellation));
        Assert.False(await Registry.FreezeAsync("a", null, Cancellation));
        Assert.Null(Stores.Keys!.Find("a"));
    }

    [Fact]
    public async Task Revocation_IsGoneElsewhereWithinASecondOfThatClock()
    {
        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        using var other = OpenAgain(Time, Protector);
        Assert.Null(other.Keys!.Find("a")!.RevokedAt);

        await Registry.RevokeAsync("a", Start, Cancellation);

        // What was asked behind the revocation has an answer with it, however long the machine takes for that; and it must have been
        // asked by the end of the second, since the clock stands from then on.
        for (var passed = TimeSpan.Zero; passed < Promised; passed += Interval) Time.Advance(Interval);
        await KnowsAsync(other.Keys, Start + Interval);
        Assert.Equal(Start, other.Keys.Find("a")!.RevokedAt);
        Assert.True(other.Keys.CurrentAt <= Start + Promised);
    }

    [Fact]
    public async Task Keys_AddedFrozenAndThawed_AreSoElsewhereWithinASecondOfThatClock()
    {
        using var other = OpenAgain(Time, Protector);
        Assert.Empty(other.Keys!.All);

        await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        await PassAsync();
        Assert.NotNull(other.Keys.Find("a"));

        await Registry.FreezeAsync("a", Start, Cancellation);
        await PassAsync();
        Assert.Equal(Start, other.Keys.Find("a")!.FrozenAt);

        await Registry.FreezeAsync("a", null, Cancellation);
        await PassAsync();
        Assert.Null(other.Keys.Find("a")!.FrozenAt);

        async Task PassAsync()
        {
            var now = Time.GetUtcNow();
            Time.Advance(Promised);
            await KnowsAsync(other.Keys, now.AddTicks(1));
        }
    }

    /// <summary>Opening thousands of keys takes longer than a snapshot may be old.</summary>
    [Fact]
    public async Task Change_OfOneKey_OpensNoOther()
    {
        foreach (var name in new[] { "a", "b", "c" }) Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac(name)) { Client = "acme" }, Cancellation));
        Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("public")), Cancellation));
        var protector = new TestProtector(Protector);
        using var other = OpenAgain(Time, protector);
        var before = other.Keys!.All.ToDictionary(key => key.Key.KeyId, key => key.Key);
        Assert.Equal((4, 3), (before.Count, protector.Opened));

        await Registry.RevokeAsync("a", Start, Cancellation);
        await Registry.EndAsync("public", Start.AddDays(1), Cancellation);
        await LookAsync(other.Keys);
        Assert.Equal((Start, Start.AddDays(1)), (other.Keys.Find("a")!.RevokedAt, other.Keys.Find("public")!.NotAfter));
        Assert.Equal(3, protector.Opened);
        Assert.All(other.Keys.All, key => Assert.Same(before[key.Key.KeyId], key.Key));

        Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("d")), Cancellation));
        await LookAsync(other.Keys);
        Assert.NotNull(other.Keys.Find("d"));
        Assert.Equal(4, protector.Opened);
    }

    /// <summary>A protector that asks a service fails at times, in its own ways.</summary>
    [Theory]
    [InlineData(typeof(System.Security.Cryptography.CryptographicException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(NullReferenceException))]
    public async Task Key_ThatDoesNotOpenForAWhile_IsThereOnceItDoes(Type failure)
    {
        Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("acme.shop")), Cancellation));
        Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("public")), Cancellation));
        var protector = new TestProtector(Protector) { Before = () => throw (Exception)Activator.CreateInstance(failure)! };
        using var other = OpenAgain(Time, protector);
        Assert.Equal(["public"], other.Keys!.All.Select(key => key.Key.KeyId));
        Assert.Contains(" acme.shop ", Assert.Single(other.Keys.Faults), StringComparison.Ordinal);
        for (var i = 0; i < 8; i++) await LookAsync(other.Keys);
        Assert.Contains(" acme.shop ", Assert.Single(other.Keys.Faults), StringComparison.Ordinal);

        protector.Before = null;
        await OpenedAsync(other.Keys);
        Assert.NotNull(other.Keys.Find("acme.shop"));
        Assert.Equal(2, other.Keys.All.Count);
        Assert.Empty(other.Keys.Faults);
    }

    [Fact]
    public async Task Key_ThatIsOpen_StaysSoThoughNothingOpensNow()
    {
        foreach (var name in new[] { "a", "b" }) Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac(name)), Cancellation));
        var protector = new TestProtector(Protector);
        using var other = OpenAgain(Time, protector);
        Assert.Equal(2, other.Keys!.All.Count);

        protector.Before = () => throw new TimeoutException();
        await Registry.FreezeAsync("a", Start, Cancellation);
        Assert.True(await Registry.AddAsync(new VerifierKey(SigningKey.GenerateHmac("new.1")), Cancellation));
        for (var i = 0; i < 8; i++) await LookAsync(other.Keys);
        Assert.Equal(Start, other.Keys.Find("a")!.FrozenAt);
        Assert.NotNull(other.Keys.Find("b"));
        Assert.Contains(" new.1 ", Assert.Single(other.Keys.Faults), StringComparison.Ordinal);

        protector.Before = null;
        await OpenedAsync(other.Keys);
        Assert.NotNull(other.Keys.Find("new.1"));
        Assert.Empty(other.Keys.Faults);
    }

    [Fact]
    public async Task Snapshot_TellsWhenItWasCurrent()
    {
        Assert.Null(Stores.Keys!.Find("a"));
        Assert.Equal(Start, Stores.Keys.CurrentAt);

        Time.Advance(TimeSpan.FromMinutes(1));

        await KnowsAsync(Stores.Keys, Start.AddMinutes(1) - Promised);
        Assert.True(Stores.Keys.CurrentAt <= Time.GetUtcNow());
    }

    // Lets time pass until the store was asked once more, and has answered.
    private async Task LookAsync(ISigningKeyStore keys)
    {
        var before = keys.CurrentAt;
        var waited = Stopwatch.StartNew();
        do
        {
            Assert.True(waited.Elapsed < Patience, $"The keys were last asked for at {before:O}, and not since.");
            Time.Advance(Interval);
            // The store answers on a thread of its own, and no event tells of it: how long that takes decides nothing.
            await Task.Delay(10, Cancellation);
        }
        while (keys.CurrentAt == before);
    }

    // Lets time pass until all keys were tried again, whatever the wait for that has grown to.
    private async Task OpenedAsync(ISigningKeyStore keys)
    {
        for (var i = 0; i < 200 && keys.Faults.Count > 0; i++) await LookAsync(keys);
    }

    // Until the store was asked at that instant or later, and has answered.
    private static async Task KnowsAsync(ISigningKeyStore keys, DateTimeOffset instant)
    {
        var waited = Stopwatch.StartNew();
        while (keys.CurrentAt < instant)
        {
            Assert.True(waited.Elapsed < Patience, $"The keys were last asked for at {keys.CurrentAt:O}, and not since {instant:O}.");
            // The other process looks by itself, on its own thread, and no event tells of it: how long that takes decides nothing.
            await Task.Delay(10, Cancellation);
        }
    }

    private (DateTimeOffset? NotAfter, DateTimeOffset? FrozenAt, DateTimeOffset? RevokedAt) Ends(string name) =>
        Stores.Keys!.Find(name) is { } key ? (key.NotAfter, key.FrozenAt, key.RevokedAt) : default;

    private static VerifierKey Full(SigningKey key) => new(key)
    {
        NotBefore = Start.AddDays(-1),
        NotAfter = Start.AddDays(89),
        Client = "acme",
        User = "42",
        Tenant = "north",
        Device = "till-7",
        Tier = "PRO",
        ActsForUsers = true,
        Endpoints = ["/v1/chat/completions", "/v1/files/*"],
        Models = ["gpt-4o-mini", "o3*"],
    };
}
