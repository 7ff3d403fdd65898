using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>The options, made ready once for all requests.</summary>
internal sealed class VerifierSettings : IDisposable
{
    private static readonly TimeSpan UsualSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SkewAfterRestart = TimeSpan.FromSeconds(5);

    public VerifierSettings(IOptions<SafeLlmVerifierOptions> options, VerifierStores stores, IHostEnvironment environment, TimeProvider time, VerifierAlerts alerts)
    {
        Options = options.Value;
        var refusesAfterRestart = Options.VerifySignatures && (Options.RefuseAfterRestart ?? (stores.Stores.Nonces is InMemoryNonceStore && !environment.IsDevelopment()));
        // What a client's clock may run ahead is also how long the door stays closed after a start.
        var skew = Options.FutureSkew ?? (refusesAfterRestart && Options.StateFile is null ? SkewAfterRestart : UsualSkew);
        Restart = MakeRestart(refusesAfterRestart, stores.Stores.Nonces as InMemoryNonceStore, time.GetUtcNow() + skew);
        Proxies = new ProxyTrust(Options);
        LockOuts = new LockOuts(Options.LockOut, alerts.LockedOut);
        KeyNetworks = new KeyNetworks(Options.KeySpread);
        Authorities = Options.PublicAuthorities.Count == 0 ? null : new AuthorityList(Options.PublicAuthorities);
        Verifier = new RequestVerifier(new VerifierPolicy
        {
            MaxAge = Options.MaxAge,
            FutureSkew = skew,
            CoveredHeaders = [.. Options.CoveredHeaders.Select(header => header.ToLowerInvariant())],
        }, Options.KeyAlgorithms);
        Quoter = new Quoter((Options.Catalog ?? ModelCatalog.Embedded).With(Options.Models, Options.Aliases.AsReadOnly()), time);
        Tiers = new TierList(Options, Quoter.Catalog);
    }

    public SafeLlmVerifierOptions Options { get; }

    public ProxyTrust Proxies { get; }

    public LockOuts LockOuts { get; }

    public RestartWindow Restart { get; }

    public KeyNetworks KeyNetworks { get; }

    /// <summary>Verifies requests of the compatibility profile; whether they are taken is another matter.</summary>
    public SeedVerifier Seed { get; } = new();

    /// <summary>Null where every host is answered for, which needs signatures to be off.</summary>
    public AuthorityList? Authorities { get; }

    public RequestVerifier Verifier { get; }

    public Quoter Quoter { get; }

    public TierList Tiers { get; }

    public void Dispose() => Restart.Dispose();

    private RestartWindow MakeRestart(bool refusesAfterRestart, InMemoryNonceStore? nonces, DateTimeOffset end)
    {
        if (!refusesAfterRestart) return new RestartWindow(null);
        // Nonces that live elsewhere outlive the process by themselves.
        if (Options.StateFile is not { } path || nonces is null) return new RestartWindow(end);
        var file = RestartFile.Open(path, nonces, end, out var until);
        return new RestartWindow(until, file);
    }
}
