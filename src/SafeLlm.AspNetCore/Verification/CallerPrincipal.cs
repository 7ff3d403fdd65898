using System.Security.Claims;

namespace SafeLlm.AspNetCore;

/// <summary>Who signed, as the application sees it.</summary>
internal static class CallerPrincipal
{
    private const string Scheme = "SafeLlm";

    public static ClaimsPrincipal Of(IncomingCall call)
    {
        // Without a signature nobody is authenticated, and an authorization policy must see that.
        if (call.Key is not { } key) return new ClaimsPrincipal(new ClaimsIdentity([new Claim(SafeLlmClaims.Tier, call.Tier!.Name)]));

        var claims = new List<Claim>(6) { new(SafeLlmClaims.KeyId, key.Key.KeyId), new(SafeLlmClaims.Tier, call.Tier!.Name) };
        if (key.Client is { Length: > 0 } client) claims.Add(new Claim(SafeLlmClaims.Client, client));
        if (call.User is { Length: > 0 } user) claims.Add(new Claim(SafeLlmClaims.User, user));
        if (key.Tenant is { Length: > 0 } tenant) claims.Add(new Claim(SafeLlmClaims.Tenant, tenant));
        if (key.Device is { Length: > 0 } device) claims.Add(new Claim(SafeLlmClaims.Device, device));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme, SafeLlmClaims.Client, roleType: SafeLlmClaims.Tier));
    }
}
