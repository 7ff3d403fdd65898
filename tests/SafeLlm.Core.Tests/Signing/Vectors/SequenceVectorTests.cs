using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Vectors;

public sealed class SequenceVectorTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Sequences_OfThePublicVectors_EndAsWritten()
    {
        var sequences = SigningVectors.Root.GetProperty("sequences").EnumerateArray().ToList();
        Assert.Equal(3, sequences.Count);
        foreach (var sequence in sequences)
        {
            var nonces = new InMemoryNonceStore(_time);
            var step = 0;
            foreach (var one in sequence.GetProperty("steps").EnumerateArray())
            {
                var reason = await VerifyAsync(SigningVector.ReadRequest(one.GetProperty("request")), one.GetProperty("now").GetInt64(), nonces);
                var expected = one.TryGetProperty("reason", out var name) ? SigningVector.ParseReason(name.GetString()!) : SignatureReason.None;
                Assert.Equal($"{sequence.GetProperty("id")} {++step} {expected}", $"{sequence.GetProperty("id")} {step} {reason}");
            }
        }
    }

    [Fact]
    public async Task Vector_ThatIsASequence_IsAcceptedOnceAndRefusedTheSecondTime()
    {
        var vector = SigningVectors.Find("p-neg-055");
        Assert.Equal("""["accept", "reject:replay"]""", vector.Source.GetProperty("sequence").GetRawText().ReplaceLineEndings("").Replace(" ", "").Replace(",", ", "));
        var nonces = new InMemoryNonceStore(_time);
        Assert.Equal(SignatureReason.None, await VerifyAsync(vector.Request, vector.Now.ToUnixTimeSeconds(), nonces));
        Assert.Equal(SignatureReason.Replay, await VerifyAsync(vector.Request, vector.Now.ToUnixTimeSeconds(), nonces));
    }

    private async Task<SignatureReason> VerifyAsync(TestRequest request, long now, InMemoryNonceStore nonces)
    {
        var instant = DateTimeOffset.FromUnixTimeSeconds(now);
        if (_time.GetUtcNow() < instant) _time.SetUtcNow(instant);
        var verifier = new RequestVerifier(new VerifierPolicy());
        var result = verifier.VerifyContent(verifier.VerifyHead(request, SigningVectors.Keys(), instant), request, request.Content);
        if (!result.IsVerified) return result.Reason;
        var outcome = await nonces.ClaimAsync(result.Nonce!.Value, TestContext.Current.CancellationToken);
        return outcome == NonceOutcome.Claimed ? SignatureReason.None : SignatureReason.Replay;
    }
}
