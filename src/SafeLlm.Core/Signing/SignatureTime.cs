namespace SafeLlm.Signing;

/// <summary>Freshness (step 7 of the profile): two-sided, in whole seconds, with no grace after the signature's own end.</summary>
internal static class SignatureTime
{
    public static SignatureReason Check(long created, long expires, long now, long maxAge, long skew, out string? detail)
    {
        // At most fifteen digits each, so nothing overflows.
        if (expires <= created || expires - created > SigningProfile.MaxLifetimeSeconds)
        {
            detail = $"expires must be after created by at most {SigningProfile.MaxLifetimeSeconds} s; here it is {expires - created} s.";
            return SignatureReason.Lifetime;
        }

        if (created - now > skew)
        {
            detail = $"created lies {created - now} s in the future; at most {skew} s are allowed. Set the clock.";
            return SignatureReason.Future;
        }

        if (now - created > maxAge)
        {
            detail = $"The signature was created {now - created} s ago; at most {maxAge} s are allowed. Sign again.";
            return SignatureReason.Stale;
        }

        detail = expires <= now ? $"The signature expired {now - expires} s ago. Sign again." : null;
        return expires <= now ? SignatureReason.Stale : SignatureReason.None;
    }
}
