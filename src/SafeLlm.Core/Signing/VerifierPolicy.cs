namespace SafeLlm.Signing;

/// <summary>What the verifier demands beyond the profile's fixed rules.</summary>
public sealed record VerifierPolicy
{
    /// <summary>How old a signature may be.</summary>
    /// <value>The default is 300 seconds, which is also the most: no signature of the profile lives longer.</value>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How far a client's clock may run ahead.</summary>
    /// <value>The default is 30 seconds; 0 to 300 are allowed.</value>
    public TimeSpan FutureSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Further headers that must be covered where they are present, lower case.</summary>
    /// <value>Empty by default; <c>content-encoding</c>, <c>idempotency-key</c>, <c>anthropic-version</c>, <c>anthropic-beta</c>, <c>openai-beta</c> and every <c>x-safellm-*</c> always count.</value>
    public IReadOnlyList<string> CoveredHeaders { get; init; } = [];

    /// <summary>The tag of the signatures that count: what they are for. A signature for one use is no use for another.</summary>
    /// <value>The default is <c>safellm-v1</c>, of requests; alerts have <see cref="Alerts.WebhookAlertSink.Tag"/>.</value>
    public string Tag { get; init; } = SigningProfile.Tag;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Tag);
        var most = TimeSpan.FromSeconds(SigningProfile.MaxLifetimeSeconds);
        if (MaxAge < TimeSpan.FromSeconds(1) || MaxAge > most)
        {
            throw new ArgumentException($"MaxAge is {MaxAge.TotalSeconds} s; it must lie between 1 and {SigningProfile.MaxLifetimeSeconds} s.");
        }

        if (FutureSkew < TimeSpan.Zero || FutureSkew > most)
        {
            throw new ArgumentException($"FutureSkew is {FutureSkew.TotalSeconds} s; it must lie between 0 and {SigningProfile.MaxLifetimeSeconds} s.");
        }

        foreach (var name in CoveredHeaders)
        {
            if (!ComponentNames.IsFieldName(name))
            {
                throw new ArgumentException($"CoveredHeaders has '{name}', which is no header name in lower case.");
            }
        }
    }
}
