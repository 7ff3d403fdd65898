using SafeLlm.Signing;

namespace SafeLlm.Tests.Mutation;

/// <summary>Keys of every algorithm and profile, and the ring of those that the verifier knows: all of them new, under the names of those before.</summary>
internal sealed class MutationKeys
{
    /// <summary>Where the key of the compatibility profile may call.</summary>
    public const string SeedPaths = "/v1/*";

    private readonly SigningKey first = SigningKey.GenerateHmac("k-2026-11-a");
    private readonly SigningKey second = SigningKey.GenerateHmac("k-2026-11-b");
    private readonly SigningKey curve = SigningKey.GenerateEcdsaP256("k-ec");
    private readonly SigningKey edwards = Ed25519.Generate("k-ed");
    private readonly SigningKey stranger = SigningKey.GenerateHmac("k.other");

    /// <summary>A secret of the compatibility profile.</summary>
    public SigningKey Seed { get; } = SigningKey.Seed("client_123", SigningKey.GenerateHmac("client_123").ExportBase64());

    /// <summary>What the verifier knows: of the curve the public half alone, of the stranger nothing.</summary>
    public IEnumerable<VerifierKey> Ring =>
    [
        new(first),
        new(second),
        new(SigningKey.EcdsaP256FromPem("k-ec", curve.ExportPublicPem())),
        new(edwards),
        new(Seed) { Profile = SignatureProfile.SeedV0, Endpoints = [SeedPaths] },
    ];

    /// <summary>A key that signs by safellm-v1. Most share secrets, whose arithmetic is the cheapest.</summary>
    public SigningKey Draw(Random random) => random.Next(20) switch
    {
        < 10 => first,
        < 13 => second,
        < 15 => stranger,
        < 18 => curve,
        _ => edwards,
    };
}
