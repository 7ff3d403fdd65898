using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Keys;

public sealed class KeyIssuerTests
{
    private readonly FakeTimeProvider _time = new(Crafted.Now);
    private readonly RegistryInMemory _registry = new();
    private readonly KeyIssuer _issuer;

    public KeyIssuerTests() => _issuer = new KeyIssuer(_registry, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issue_WithoutALife_LivesForTheArticles90Days()
    {
        var key = await _issuer.IssueAsync(New("a"), null, Cancellation);

        Assert.Equal(_time.GetUtcNow(), key.NotBefore);
        Assert.Equal(_time.GetUtcNow().AddDays(90), key.NotAfter);
    }

    [Fact]
    public async Task Issue_UnderANameThatWasUsed_IsRefusedThoughThatKeyIsRevoked()
    {
        await _issuer.IssueAsync(New("a"), null, Cancellation);
        await _registry.RevokeAsync("a", _time.GetUtcNow(), Cancellation);

        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _issuer.IssueAsync(New("a"), null, Cancellation));
        Assert.Contains("never used twice", error.Message);
    }

    [Fact]
    public async Task Rotate_LetsBothPassUntilTheOverlapEnds()
    {
        var old = New("a") with { Client = "acme", User = "42", Tenant = "t", Device = "d", Tier = "PRO", Models = ["gpt-*"], ActsForUsers = true };
        await _issuer.IssueAsync(old, null, Cancellation);
        _time.Advance(TimeSpan.FromDays(80));
        var next = await _issuer.RotateAsync("a", SigningKey.GenerateHmac("b"), null, TimeSpan.FromDays(1), Cancellation);

        Assert.Equal(old with { Key = next.Key, NotBefore = next.NotBefore, NotAfter = next.NotAfter }, next);
        Assert.Equal(_time.GetUtcNow().AddDays(90), next.NotAfter);
        Assert.Equal((None, None), (Reason("a"), Reason("b")));
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(334));
        Assert.Equal((None, None), (Reason("a"), Reason("b")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((SignatureReason.KeyExpired, None), (Reason("a"), Reason("b")));
    }

    [Fact]
    public async Task Rotate_NeverLetsTheOldKeyLiveLongerThanItWould()
    {
        await _issuer.IssueAsync(New("a"), TimeSpan.FromDays(2), Cancellation);
        await _issuer.RotateAsync("a", SigningKey.GenerateHmac("b"), null, TimeSpan.FromDays(30), Cancellation);

        Assert.Equal(_time.GetUtcNow().AddDays(2), _registry.Find("a")!.NotAfter);
    }

    [Fact]
    public async Task Rotate_OfAKeyThatNobodyShouldHave_IsRefused()
    {
        await _issuer.IssueAsync(New("revoked"), null, Cancellation);
        await _issuer.IssueAsync(New("frozen"), null, Cancellation);
        await _issuer.IssueAsync(New("ended"), TimeSpan.FromSeconds(1), Cancellation);
        await _registry.RevokeAsync("revoked", _time.GetUtcNow(), Cancellation);
        await _registry.FreezeAsync("frozen", _time.GetUtcNow(), Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));

        foreach (var name in (string[])["revoked", "frozen", "ended", "absent"])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await _issuer.RotateAsync(name, SigningKey.GenerateHmac("b"), null, null, Cancellation));
        }

        Assert.Null(_registry.Find("b"));
    }

    [Fact]
    public async Task Issue_OfASeedKeyWithoutEndpoints_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _issuer.IssueAsync(New("a") with { Profile = SignatureProfile.SeedV0 }, null, Cancellation));

    [Fact]
    public async Task Issue_WithAScopeThatIsNone_IsRefusedWithAllThatIsWrong()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _issuer.IssueAsync(New("a") with { Endpoints = ["", "v1"], Models = ["\u0007"] }, null, Cancellation));

        Assert.Contains("Endpoints has an entry that is empty", error.Message);
        Assert.Contains("Endpoints has \"v1\"", error.Message);
        Assert.Contains("Models has an entry that has a control character (U+0007)", error.Message);
        Assert.Null(_registry.Find("a"));
    }

    [Fact]
    public async Task Issue_ForAnOwnerWithoutAName_IsRefused()
    {
        var nobody = New("a") with { Client = "", User = " ", Tenant = "", Device = "\u0000", Tier = "" };
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _issuer.IssueAsync(nobody, null, Cancellation));

        Assert.Equal(["Client is empty", "User is empty", "Tenant is empty", "Device has a control character (U+0000)", "Tier is empty"], nobody.GetErrors().Select(told => told.Split(';')[0]));
        Assert.All(nobody.GetErrors(), told => Assert.Contains(told, error.Message));
        Assert.Null(_registry.Find("a"));
        Assert.Empty(New("a").GetErrors());
    }

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/chat/completions/", false)]
    [InlineData("/v1/embeddings", false)]
    [InlineData("/files/1", true)]
    [InlineData("/files/", true)]
    [InlineData("/files", false)]
    [InlineData("/filesystem", false)]
    public void Endpoints_AllowExactPathsAndWhatIsBelow(string path, bool allowed) =>
        Assert.Equal(allowed, (New("a") with { Endpoints = ["/v1/chat/completions", "/files/*"] }).AllowsEndpoint(path));

    [Theory]
    [InlineData("gpt-4o-mini", true)]
    [InlineData("o3", true)]
    [InlineData("o3-pro", false)]
    [InlineData("claude-3-opus", false)]
    public void Models_AllowExactNamesAndBeginnings(string model, bool allowed) =>
        Assert.Equal(allowed, (New("a") with { Models = ["gpt-*", "o3"] }).AllowsModel(model));

    private const SignatureReason None = SignatureReason.None;

    private static VerifierKey New(string keyId) => new(SigningKey.GenerateHmac(keyId));

    private SignatureReason Reason(string keyId) => KeyLife.Check(_registry.Find(keyId)!, _time.GetUtcNow(), out _);

    private sealed class RegistryInMemory : IKeyRegistry
    {
        private readonly Dictionary<string, VerifierKey> _keys = new(StringComparer.Ordinal);

        public VerifierKey? Find(string keyId) => _keys.GetValueOrDefault(keyId);

        public ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken) => new(_keys.TryAdd(key.Key.KeyId, key));

        public ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken) => new([.. _keys.Values]);

        public ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken) =>
            Change(keyId, key => key with { NotAfter = key.NotAfter < notAfter ? key.NotAfter : notAfter });

        public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken) => Change(keyId, key => key with { RevokedAt = at });

        public ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken) => Change(keyId, key => key with { FrozenAt = at });

        private ValueTask<bool> Change(string keyId, Func<VerifierKey, VerifierKey> change)
        {
            if (!_keys.TryGetValue(keyId, out var key)) return new(false);
            _keys[keyId] = change(key);
            return new(true);
        }
    }
}
