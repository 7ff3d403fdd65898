using SafeLlm.Signing;

namespace SafeLlm.Sqlite.Nonces;

/// <summary>The rules of a claim, which the nonce store and the ledger share.</summary>
internal sealed class NonceClaims(SqliteStoreOptions options)
{
    // As in memory: what no signature lives for is a mistake, and would fill the file.
    public static readonly TimeSpan Horizon = TimeSpan.FromSeconds(1890);

    public static void Check(NonceClaim claim, DateTimeOffset now)
    {
        if (claim.KeepUntil - now > Horizon)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The nonce would have to be kept for {(claim.KeepUntil - now).TotalSeconds:F0} s; at most {Horizon.TotalSeconds:F0} s are allowed."),
                nameof(claim));
        }
    }

    public NonceOutcome Claim(NonceRows rows, NonceClaim claim, DateTimeOffset now)
    {
        // Past its end, nothing is remembered of a nonce any more, so nothing can prove that it is unused.
        if (claim.KeepUntil <= now)
        {
            return NonceOutcome.Replayed;
        }

        var until = (claim.KeepUntil.UtcTicks + TimeSpan.TicksPerSecond - 1 - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        return rows.Claim(claim, now.ToUnixTimeSeconds(), until, options.MaxNoncesPerKey, options.MaxNonces);
    }
}
