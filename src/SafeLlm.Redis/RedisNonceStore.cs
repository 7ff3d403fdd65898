using SafeLlm.Signing;

namespace SafeLlm.Redis;

/// <summary>Nonces on the server, for requests that are refused without a hold. Held requests claim theirs with the hold.</summary>
internal sealed class RedisNonceStore(RedisConnection connection) : INonceStore
{
    /// <inheritdoc/>
    public async ValueTask<NonceOutcome> ClaimAsync(NonceClaim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The script finds the nonce where a hold has it: third, behind the hold's own keys.
        var answer = await connection.RunAsync([connection.Keys.Due, connection.Keys.Due, .. connection.Keys.Nonce(claim)],
            ["claim", connection.Now, connection.Keys.Prefix, RedisInstant.Text(RedisInstant.Of(claim.KeepUntil)), connection.Options.MaxNoncesPerKey]).ConfigureAwait(false);
        return (string?)answer[0] switch
        {
            "claimed" => NonceOutcome.Claimed,
            "full" => NonceOutcome.Full,
            _ => NonceOutcome.Replayed,
        };
    }
}
