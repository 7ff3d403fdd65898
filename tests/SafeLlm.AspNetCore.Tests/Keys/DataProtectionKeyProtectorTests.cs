using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

public sealed class DataProtectionKeyProtectorTests
{
    private static readonly KeyBinding Binding = new("acme.shop", SignatureAlgorithm.HmacSha256, "acme");

    private readonly DataProtectionKeyProtector protector = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void Unprotect_OfWhatWasProtected_IsTheSecret() =>
        Assert.Equal([1, 2, 3], protector.Unprotect(protector.Protect([1, 2, 3], Binding), Binding));

    [Fact]
    public void Unprotect_ForAnotherKeyAlgorithmClientOrRing_IsRefused()
    {
        var stored = protector.Protect([1, 2, 3], Binding);
        KeyBinding[] others = [Binding with { KeyId = "b" }, Binding with { Algorithm = SignatureAlgorithm.Ed25519 }, Binding with { Client = null }, Binding with { Client = "other" }];

        Assert.All(others, other => Assert.Throws<CryptographicException>(() => protector.Unprotect(stored, other)));
        Assert.Throws<CryptographicException>(() => new DataProtectionKeyProtector(new EphemeralDataProtectionProvider()).Unprotect(stored, Binding));
        stored[^1] ^= 1;
        Assert.Throws<CryptographicException>(() => protector.Unprotect(stored, Binding));
    }
}
