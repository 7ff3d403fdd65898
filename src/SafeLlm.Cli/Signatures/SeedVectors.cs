using System.Text;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>
/// Vectors of seed-v0, made by CPython: one content in up to three spellings, which must all print the same and carry one signature. A
/// vector is accepted if every spelling is.
/// </summary>
internal sealed class SeedVectors(JsonElement file, TextWriter warnings) : IVectors
{
    private const string Path = "/";

    private readonly SeedVerifier verifier = new(file.TryGetProperty("tolerance_s", out var value) && value.TryGetInt32(out var seconds) ? TimeSpan.FromSeconds(seconds) : null);

    public async IAsyncEnumerable<VectorOutcome> RunAsync()
    {
        foreach (var vector in file.List("vectors").Concat(file.List("negative")))
        {
            await Task.CompletedTask;
            var expected = vector.Text("expected");
            yield return new VectorOutcome(vector.Text("id"), Run(vector, expected == "accept"), Verdict.Parse(expected, vector.TextOrNull("reason")))
            {
                // "accept-or-refuse-documented": half a surrogate pair, which we refuse as json_invalid.
                IsOpen = expected is not ("accept" or "reject"),
            };
        }
    }

    private Verdict Run(JsonElement vector, bool isGood)
    {
        var now = vector.Instant("now");
        var key = new VerifierKey(SigningKey.Create(vector.Text("api_key"), new HmacSha256Material(Encoding.UTF8.GetBytes(vector.Text("secret_utf8")))))
        {
            Profile = SignatureProfile.SeedV0,
            Endpoints = [Path],
        };
        var keys = new SigningKeyRing([key]);
        var headers = vector.Part("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString() ?? "")).ToList();
        var any = false;
        foreach (var member in (string[])["body_requests_b64", "body_httpx_b64", "body_raw_b64"])
        {
            if (vector.TextOrNull(member) is null) continue;
            any = true;
            var request = PlainRequest.Create("POST", "https://api.example.com" + Path, headers, vector.Bytes(member))!;
            var result = verifier.Verify(request, request.Content, keys, now);
            if (!result.IsVerified) return Verdict.Of(result.Reason);
            if (isGood && vector.TextOrNull("canonical") is { } canonical && SeedSignature.Canonical(request.Content) != canonical) return Verdict.Reject("canonical");
        }

        if (any) return Verdict.Accept;
        warnings.WriteLine($"warning: {vector.Text("id")} has no content to verify.");
        return Verdict.Of(SignatureReason.SignatureInvalid);
    }
}
