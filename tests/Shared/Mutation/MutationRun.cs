using System.Text;
using SafeLlm.Signing;
using SafeLlm.Tests.Signing;

namespace SafeLlm.Tests.Mutation;

/// <summary>
/// Signs requests, changes them as attackers, proxies and accidents would, and verifies them. What verifies must mean what its key's
/// owner signed, in everything that a server acts on; nothing may throw. Keys of all algorithms and of the compatibility profile sign, and are
/// replaced by others of their names now and then. The same seed makes the same run, but for the keys.
/// </summary>
internal sealed class MutationRun
{
    // How many requests a ring of keys lasts.
    private const int RingLife = 4_000;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1763884805);
    private static readonly string[] Paths = ["/v1/chat/completions", "/v1/files/a%2Fb", "/", "/v1/embeddings"];
    private static readonly string[] Queries = ["?", "?a=1", "?a=1&b=%20", "?x"];

    private readonly Random random;
    private readonly RequestSigner signer = new(new Fixed());
    private readonly RequestVerifier verifier = new(new VerifierPolicy(), [Ed25519.Algorithm]);
    private readonly SeedVerifier seedVerifier = new();
    private readonly RequestMutator mutator;
    private readonly SigningKeyRing ring = new();
    private MutationKeys keys = new();

    public MutationRun(int seed)
    {
        random = new Random(seed);
        mutator = new RequestMutator(random);
        ring.Replace(keys.Ring);
    }

    public long Refused { get; private set; }

    /// <summary>How many verified, and rightly so: white space, the order of lines, another label.</summary>
    public long Unchanged { get; private set; }

    /// <summary>Of those that verified, how many each key signed.</summary>
    public Dictionary<string, long> UnchangedByKey { get; } = new(StringComparer.Ordinal);

    /// <exception cref="MutationFoundException">Something verified that nobody signed, or threw.</exception>
    public void Run(long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (i % RingLife == RingLife - 1) ReplaceKeys();
            var first = Signed();
            var second = Signed();
            var meanings = (First: Meaning.Of(first), Second: Meaning.Of(second));
            var before = Describe(first);
            mutator.Mutate(first, second);
            Check(first, meanings, before);
        }
    }

    // What was signed by the keys of before is nobody's from then on, though the names are the same.
    private void ReplaceKeys()
    {
        var before = Enumerable.Range(0, 20).Select(_ => Signed()).ToList();
        keys = new MutationKeys();
        ring.Replace(keys.Ring);
        foreach (var request in before.Where(request => Verify(request).IsVerified)) throw new MutationFoundException($"A key that was replaced verified:\n{Describe(request)}");
    }

    private VerificationResult Verify(TestRequest request) => SeedVerifier.IsClaimed(request)
        ? seedVerifier.Verify(request, request.Content, ring, Now)
        : verifier.VerifyContent(verifier.VerifyHead(request, ring, Now), request, request.Content);

    private void Check(TestRequest request, (Meaning First, Meaning Second) signed, string before)
    {
        VerificationResult result;
        try
        {
            result = Verify(request);
            if (!result.IsVerified && result.Refusal is null) throw new MutationFoundException("A refusal without a reason.");
        }
        catch (Exception failure) when (failure is not MutationFoundException)
        {
            throw new MutationFoundException($"It threw {failure}\n{before}\nbecame\n{Describe(request)}");
        }

        if (!result.IsVerified)
        {
            Refused++;
            return;
        }

        var meaning = Meaning.Of(request);
        if (!meaning.Equals(signed.First) && !meaning.Equals(signed.Second)) throw new MutationFoundException($"It verified:\n{before}\nbecame\n{Describe(request)}");
        Unchanged++;
        var keyId = result.Key!.Key.KeyId;
        UnchangedByKey[keyId] = UnchangedByKey.GetValueOrDefault(keyId) + 1;
    }

    private TestRequest Signed()
    {
        if (random.Next(10) == 0) return SignedAsOfOld();
        var request = new TestRequest
        {
            Method = random.Next(4) == 0 ? "GET" : "POST",
            Path = Paths[random.Next(Paths.Length)],
            Query = Queries[random.Next(Queries.Length)],
            Content = random.Next(4) == 0 ? [] : Encoding.UTF8.GetBytes($$"""{"model":"gpt-4o-mini","max_tokens":{{random.Next(1000)}}}"""),
        };
        if (request.Content.Length > 0) request.With("content-type", "application/json");
        if (random.Next(3) == 0) request.With("idempotency-key", $"retry-{random.Next(100)}");
        if (random.Next(3) == 0) request.Add("x-safellm-user", "42").Add("x-safellm-user", "43");
        request.With("accept", "*/*");
        var signed = signer.Sign(request, request.Content, keys.Draw(random));
        if (signed.ContentDigest is { } digest) request.With("content-digest", digest);
        return request.With("signature-input", signed.SignatureInput).With("signature", signed.Signature);
    }

    private TestRequest SignedAsOfOld()
    {
        var request = new TestRequest { Path = Paths[random.Next(2)], Content = Encoding.UTF8.GetBytes($$"""{"model": "gpt-4o-mini","n":1.50,"max_tokens":{{random.Next(1000)}}}""") };
        request.With("content-type", "application/json").With("accept", "*/*");
        var signed = SeedSignature.Sign(request.Content, keys.Seed, Now.AddSeconds(-random.Next(300)));
        return request.With("x-api-key", signed.ApiKey).With("x-timestamp", signed.Timestamp).With("x-signature", signed.Signature);
    }

    private static string Describe(TestRequest request) =>
        $"{request.Method} {request.Authority}{request.Path}{request.Query}\n{string.Join('\n', request.HeaderNames.SelectMany(name => request.Header(name).Select(line => $"{name}: {line}")))}\n{Encoding.UTF8.GetString(request.Content)}";

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now.AddSeconds(-5);
    }
}
