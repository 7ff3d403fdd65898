using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>What the head of a request alone decides: no byte of content is read, no store is asked.</summary>
internal sealed class HeadCheck
{
    // A process that has not seen its keys for so long may have missed a revocation.
    public static readonly TimeSpan OldestKeys = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TellsEvery = TimeSpan.FromMinutes(1);

    private readonly VerifierSettings settings;
    private readonly ISigningKeyStore keys;
    private readonly KeyFreezer freezer;
    private readonly VerifierAlerts alerts;
    private readonly TimeProvider time;
    private readonly ILogger<HeadCheck> logger;
    private long toldAt;

    public HeadCheck(VerifierSettings settings, ISigningKeyStore keys, KeyFreezer freezer, VerifierAlerts alerts, TimeProvider time, ILogger<HeadCheck> logger)
    {
        (this.settings, this.keys, this.freezer, this.alerts, this.time, this.logger) = (settings, keys, freezer, alerts, time, logger);
        // Of names that nobody has, strangers make as many as they like.
        settings.LockOuts.IsKnown = keyId => keys.Find(keyId) is not null;
    }

    public Refusal? CheckTarget(IncomingCall call)
    {
        var context = call.Context;
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (PublicTarget.Split(rawTarget) is not { } target)
        {
            return new Refusal(RefusalCode.UnknownRoute, "The request target has no path. Send it in origin-form, as in POST /v1/chat/completions.");
        }

        if (settings.Proxies.TryFind(context, out var address) is { } wrong) return wrong;
        var authority = Authority(address.Host, address.Scheme);
        call.Target = target;
        call.Caller = address.Caller;
        call.Request = new SignableHttpRequest(context, target, address.Scheme, authority, address.PathPrefix);
        if (target.Authority is { } inTarget && Authority(inTarget, address.Scheme) != Authority(context.Request.Host.Value, address.Scheme))
        {
            return new Refusal(RefusalCode.WrongAuthority, "The host in the request target is not the one in the Host header.");
        }

        if (settings.Authorities is { } known && !known.Contains(authority))
        {
            return new Refusal(RefusalCode.WrongAuthority, "This service does not answer for the host that the request names.");
        }

        if (target.HasDotSegments) return new Refusal(RefusalCode.UnknownRoute, "The path has a \".\" or \"..\" segment. Send it without.");

        // An endpoint whose calls have a format of their own reads no path.
        return call.Requirement.Options.OwnCalls is null && target.IsWrittenOtherwise
            ? new Refusal(RefusalCode.UnknownRoute, "The path has an empty segment, or percent-encodes a letter or a digit. Write it plainly, as in /v1/chat/completions.")
            : null;
    }

    public Refusal? CheckDeclaredLength(IncomingCall call) =>
        call.Context.Request.ContentLength is { } declared && declared > settings.Options.MaxBodyBytes
            ? TooLarge(string.Create(CultureInfo.InvariantCulture, $"The content has {declared} bytes"))
            : null;

    public Refusal TooLarge(string what) =>
        new(RefusalCode.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"{what}; at most {settings.Options.MaxBodyBytes} are taken. Send less."));

    public Refusal? CheckSignature(IncomingCall call)
    {
        if (!settings.Options.VerifySignatures) return null;
        if (AreKeysOld(call.Now)) return KeysAway(call.Now);
        if (settings.Options.AcceptSeedUntil > call.Now && SeedVerifier.IsClaimed(call.Request!))
        {
            // What its head tells is right or wrong; who sent it is known once the content is there.
            call.IsSeed = true;
            call.Signature = settings.Seed.CheckHead(call.Request!, call.Now);
            return call.Signature.Reason == SignatureReason.NotVerified ? null : Slow(call, call.Signature.Refusal ?? Refused());
        }

        call.Signature = settings.Verifier.VerifyHead(call.Request!, keys, call.Now, call.Requirement.Options.Upstream?.More);
        return CheckResult(call);
    }

    /// <summary>seed-v0 only: its MAC, which is over the content.</summary>
    public Refusal? CheckSeed(IncomingCall call)
    {
        call.Signature = settings.Seed.Verify(call.Request!, call.Body.Span, keys, call.Now);
        return CheckResult(call);
    }

    /// <summary>What the key may be used for, and whether it is still in the right hands.</summary>
    public Refusal? CheckKey(IncomingCall call)
    {
        if (call.Key is not { } key) return null;
        if (freezer.IsFrozen(key.Key.KeyId)) return KeyFreezer.Refused(null);
        if (freezer.RestsUntil(key.Key.KeyId, call.Now) is { } until) return KeyFreezer.Refused(until);
        if (!key.AllowsEndpoint(call.Request!.Path)) return new Refusal(RefusalCode.EndpointNotAllowed, "The key may not call this path. Its operator can add it to the key's endpoints.");
        return CallerUser.TryFind(call);
    }

    /// <summary>Whether the nonces of the time of signing are gone.</summary>
    public Refusal? CheckRestart(IncomingCall call) => settings.Restart.Check(call);

    /// <summary>Whether the key was revoked, replaced or run out while the content arrived.</summary>
    public Refusal? CheckKeyAgain(IncomingCall call)
    {
        if (call.Key is not { } key) return null;
        var now = time.GetUtcNow();
        if (AreKeysOld(now)) return KeysAway(now);
        if (freezer.IsFrozen(key.Key.KeyId)) return KeyFreezer.Refused(null);
        if (freezer.RestsUntil(key.Key.KeyId, now) is { } until) return KeyFreezer.Refused(until);
        var current = keys.Find(key.Key.KeyId);
        if (current is null || !current.Key.IsSameAs(key.Key)) return new Refusal(RefusalCode.KeyRevoked, "The key was withdrawn while the request arrived.");
        if (current.RevokedAt <= now || current.FrozenAt <= now) return new Refusal(RefusalCode.KeyRevoked, "The key was revoked. Use another, or have a new one issued.");
        return current.NotAfter <= now ? new Refusal(RefusalCode.KeyExpired, "The key has expired, generate a new key.") : null;
    }

    private Refusal? CheckResult(IncomingCall call) =>
        // A result without a key or a nonce is no verification, whatever it says.
        call.Signature is { IsVerified: true, Key: not null, Nonce: not null } ? null : Slow(call, call.Signature.Refusal ?? Refused());

    /// <summary>
    /// Counts a failure that tries keys. While its network has to wait, each of them gets one and the same answer, which says nothing of
    /// the key.
    /// </summary>
    private Refusal Slow(IncomingCall call, Refusal refusal) =>
        refusal.Code is RefusalCode.SignatureInvalid or RefusalCode.KeyExpired or RefusalCode.KeyRevoked
        && settings.LockOuts.Fail(call.Caller, call.Now, call.Signature.ClaimedKeyId) is { } until
            ? new Refusal(RefusalCode.RateLimited, "Too many requests from this network did not verify. Wait before the next.") { RoomAt = until }
            : refusal;

    private bool AreKeysOld(DateTimeOffset now) => keys.CurrentAt is { } current && now - current > OldestKeys;

    // Here alone it is noticed where nobody calls while the store is away and everybody afterwards: no call comes as far as the ledger.
    private Refusal KeysAway(DateTimeOffset now)
    {
        alerts.StoreFails(now);
        var last = Volatile.Read(ref toldAt);
        if (now.UtcTicks - last >= TellsEvery.Ticks && Interlocked.CompareExchange(ref toldAt, now.UtcTicks, last) == last) Log.KeysAway(logger, keys.CurrentAt is { Ticks: > 0 } current ? $"for {now - current:c}" : "since the start");
        return new(RefusalCode.StoreUnavailable, "The keys cannot be read now. Try again soon, signed anew.");
    }

    private static Refusal Refused() => new(RefusalCode.SignatureInvalid, "The signature does not verify.");

    private static string Authority(string? host, string scheme)
    {
        var authority = (host ?? "").ToLowerInvariant();
        var defaultPort = scheme == "https" ? ":443" : ":80";
        return authority.EndsWith(defaultPort, StringComparison.Ordinal) ? authority[..^defaultPort.Length] : authority;
    }
}
