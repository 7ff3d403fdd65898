using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>Vectors of safellm-v1: those that stand alone, and sequences, whose steps share one memory of nonces.</summary>
internal sealed class ProfileVectors(JsonElement file, TextWriter warnings) : IVectors
{
    private readonly VectorKeys keys = VectorKeys.Read(file, warnings);
    private readonly RequestVerifier verifier = new(Policy(file));

    public async IAsyncEnumerable<VectorOutcome> RunAsync()
    {
        foreach (var vector in file.List("vectors")) yield return await RunVectorAsync(vector);
        foreach (var sequence in file.List("sequences"))
        {
            var clock = new VectorClock();
            var nonces = new InMemoryNonceStore(clock);
            foreach (var step in sequence.List("steps"))
            {
                var actual = await VerifyAsync(step.Request(), keys.With(step, warnings), step.Instant("now"), clock, nonces);
                yield return new VectorOutcome(sequence.Text("id"), actual, Verdict.Parse(step.Text("expected"), step.TextOrNull("reason")));
            }
        }
    }

    private async ValueTask<VectorOutcome> RunVectorAsync(JsonElement vector)
    {
        var id = vector.Text("id");
        var expected = vector.Part("expected");
        var wanted = Verdict.Parse(expected.Text("result"), expected.TextOrNull("reason"));
        var checks = vector.List("checks").Select(check => check.GetString()).ToHashSet(StringComparer.Ordinal);
        var request = vector.Request();
        if (vector.List("sequence").Any()) return await RunTwiceAsync(vector, id, wanted);
        if (CheckParts(vector, request, checks) is { IsAccepted: false } wrong) return new VectorOutcome(id, wrong, wanted);
        // A vector that says nothing of checks is one of the profile.
        if (checks.Count > 0 && !checks.Contains("policy")) return new VectorOutcome(id, Verdict.Accept, wanted);
        var clock = new VectorClock();
        return new VectorOutcome(id, await VerifyAsync(request, keys.With(vector, warnings), vector.Instant("now"), clock, new InMemoryNonceStore(clock)), wanted);
    }

    /// <summary>Base, signature and digest on their own.</summary>
    private Verdict CheckParts(JsonElement vector, PlainRequest request, HashSet<string?> checks)
    {
        if (checks.Contains("base") || checks.Contains("signature"))
        {
            var key = keys.With(vector, warnings).Find(vector.Part("key").TextOrNull("keyid") ?? "");
            if (key is null && checks.Contains("signature")) return Verdict.Of(SignatureReason.KeyUnknown);
            var verdict = BaseCheck.Check(
                request,
                vector.TextOrNull("label") ?? "",
                checks.Contains("signature") ? key!.Key : null,
                checks.Contains("base") ? vector.Part("expected").TextOrNull("signature_base") : null);
            if (!verdict.IsAccepted) return verdict;
        }

        if (!checks.Contains("digest") || request.Header("content-digest") is not { Count: > 0 } digest) return Verdict.Accept;
        return Verdict.Of(ContentDigest.Verify(digest, request.Content, out _));
    }

    /// <summary>One request, as often as its sequence has results. The last one is the vector's; one before it that differs counts as a mismatch.</summary>
    private async ValueTask<VectorOutcome> RunTwiceAsync(JsonElement vector, string id, Verdict wanted)
    {
        var clock = new VectorClock();
        var nonces = new InMemoryNonceStore(clock);
        var actual = Verdict.Accept;
        var isRight = true;
        foreach (var step in vector.List("sequence").Select(step => Verdict.Parse(step.GetString() ?? "")))
        {
            actual = await VerifyAsync(vector.Request(), keys.With(vector, warnings), vector.Instant("now"), clock, nonces);
            isRight &= actual.IsAccepted == step.IsAccepted;
        }

        return new VectorOutcome(id, actual, wanted) { IsRightOnTheWay = isRight };
    }

    private async ValueTask<Verdict> VerifyAsync(PlainRequest request, VectorKeys ring, DateTimeOffset now, VectorClock clock, InMemoryNonceStore nonces)
    {
        clock.Now = now;
        if (!request.HasOneHost()) return Verdict.Reject(RefusalCode.WrongAuthority.Name());
        var result = verifier.VerifyContent(verifier.VerifyHead(request, ring, now), request, request.Content);
        if (!result.IsVerified || result.Nonce is not { } nonce) return Verdict.Of(result.Reason);

        // What is refused for its content was genuine all the same, so that its nonce is used up.
        var content = ContentRules.Check(request);
        return await nonces.ClaimAsync(nonce, CancellationToken.None) switch
        {
            NonceOutcome.Claimed => content,
            NonceOutcome.Full => Verdict.Reject(RefusalCode.ReplayCapacity.Name()),
            _ => Verdict.Of(SignatureReason.Replay),
        };
    }

    private static VerifierPolicy Policy(JsonElement file)
    {
        var policy = new VerifierPolicy();
        if (!file.TryGetProperty("policy", out var said)) return policy;
        return policy with
        {
            MaxAge = Seconds(said, "max_age_s") ?? policy.MaxAge,
            FutureSkew = Seconds(said, "future_skew_s") ?? policy.FutureSkew,
        };
    }

    private static TimeSpan? Seconds(JsonElement policy, string member) =>
        policy.TryGetProperty(member, out var value) && value.TryGetInt32(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
