namespace SafeLlm.Signing;

/// <summary>Remembers nonces, each until it can no longer pass as fresh. Claiming is atomic.</summary>
public interface INonceStore
{
    /// <summary>Claims a nonce.</summary>
    ValueTask<NonceOutcome> ClaimAsync(NonceClaim claim, CancellationToken cancellationToken);
}
