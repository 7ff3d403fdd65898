using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>How a test wants its application.</summary>
internal sealed record VerifierSetup(Action<WebApplication> Map)
{
    public Action<SafeLlmVerifierOptions>? Options { get; init; }

    public Action<WebApplication>? Before { get; init; }

    public Action<KestrelServerOptions>? Kestrel { get; init; }

    public Func<TimeProvider, SafeLlmStores>? Stores { get; init; }

    public ISigningKeyStore? Keys { get; init; }

    public Action<IServiceCollection>? Services { get; init; }

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    public string Environment { get; init; } = "Production";

    public void Apply(SafeLlmVerifierOptions options)
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        // Tests sign at the instant of the start.
        options.RefuseAfterRestart = false;
        ArticleTiers.AddTo(options.Tiers);
        // Most tests look at requests that pass as they were signed.
        foreach (var tier in options.Tiers.Values) tier.StopSequences.Clear();
        options.Keys.Add(TestKeys.Options(TestKeys.Free, "FREE"));
        options.Keys.Add(TestKeys.Options(TestKeys.Pro, "PRO", user: "42"));
        Options?.Invoke(options);
    }
}
