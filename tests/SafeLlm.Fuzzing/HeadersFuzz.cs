using System.Text;
using SafeLlm.Signing;
using SafeLlm.Tests.Signing;

namespace SafeLlm.Fuzzing;

/// <summary>Verifies a request whose signature headers, digest and other headers are the input's lines. Nobody has its key: nothing may verify, and nothing throw.</summary>
internal static class HeadersFuzz
{
    private static readonly RequestVerifier Verifier = new(new VerifierPolicy());
    private static readonly SeedVerifier Seed = new();
    private static readonly SigningKeyRing Keys = new(
    [
        new VerifierKey(SigningKey.GenerateHmac("k-2026-11-a")),
        new VerifierKey(SigningKey.GenerateEcdsaP256("test-key-ecc-p256")),
        new VerifierKey(SigningKey.Seed("client_123", "a secret of nobody's")) { Profile = SignatureProfile.SeedV0, Endpoints = ["/*"] },
    ]);

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1763884805);

    public static void Run(byte[] input)
    {
        var request = new TestRequest { Content = "{}"u8.ToArray() };
        foreach (var line in Encoding.Latin1.GetString(input).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) request.Add(line[..colon].ToLowerInvariant(), line[(colon + 1)..]);
        }

        Refused(Verifier.VerifyContent(Verifier.VerifyHead(request, Keys, Now), request, request.Content));
        Refused(Seed.Verify(request, request.Content, Keys, Now));
        _ = ContentDigest.Verify(request.Header("content-digest"), request.Content, out _);
    }

    private static void Refused(VerificationResult result)
    {
        FuzzFailedException.Unless(!result.IsVerified && result.Nonce is null, "A signature verified that nobody made.");
        FuzzFailedException.Unless(result.Refusal is { Message.Length: > 0 and < 1000 }, "The refusal says nothing, or too much.");
    }
}
