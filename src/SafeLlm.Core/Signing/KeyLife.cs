namespace SafeLlm.Signing;

/// <summary>Whether a key lives at an instant. Asked only once its signature has verified: nobody else is told.</summary>
internal static class KeyLife
{
    public static SignatureReason Check(VerifierKey key, DateTimeOffset now, out string? detail)
    {
        if (key.RevokedAt <= now)
        {
            detail = "The key was revoked. Use another, or have a new one issued.";
            return SignatureReason.KeyRevoked;
        }

        if (key.FrozenAt <= now)
        {
            detail = "The key was frozen until its operator has looked at how it is used. Ask there, or use another.";
            return SignatureReason.KeyRevoked;
        }

        if (key.NotAfter <= now)
        {
            detail = "The key has expired, generate a new key.";
            return SignatureReason.KeyExpired;
        }

        detail = key.NotBefore > now ? "The key is not valid yet." : null;
        return key.NotBefore > now ? SignatureReason.KeyExpired : SignatureReason.None;
    }
}
