using SafeLlm.AspNetCore;
using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>How a scene differs from the plain one, in which everything is allowed and everything goes well.</summary>
internal sealed record SceneSetup
{
    public Action<SafeLlmClientOptions>? Client { get; init; }

    public Action<SafeLlmVerifierOptions>? Verifier { get; init; }

    public Action<SafeLlmTierOptions>? Tier { get; init; }

    public Action<SafeLlmKeyOptions>? Key { get; init; }

    public Action<ProviderDoubleOptions>? Provider { get; init; }

    /// <summary>A file in which client and gateway keep everything; null for memory.</summary>
    public string? Store { get; init; }

    /// <summary>By how much the client's clock is wrong.</summary>
    public TimeSpan ClientClock { get; init; }

    public Tampering? Tamper { get; init; }
}
