using System.Text;
using SafeLlm.Signing;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Tests.Signing.Vectors;

public sealed class PublicVectorTests
{
    // Both checks of these fail; the file allows either reason.
    private static readonly Dictionary<string, SignatureReason> OtherReasons = new(StringComparer.Ordinal)
    {
        // keyid is a path: its syntax is refused before anybody looks it up.
        ["p-neg-045"] = SignatureReason.Params,
    };

    [Fact]
    public void PublicVectors_AreAllThere()
    {
        var all = SigningVectors.All;
        Assert.Equal(85, all.Count);
        Assert.Equal(82, all.Count(vector => vector.Algorithm == "hmac-sha256"));
        Assert.Equal(2, all.Count(vector => vector.Algorithm == "ecdsa-p256-sha256"));
        Assert.Equal(1, all.Count(vector => vector.Algorithm == "ed25519"));
    }

    [Fact]
    public void Base_OfEveryVectorThatHasOne_IsTheSameBytes()
    {
        var vectors = SigningVectors.All.Where(vector => vector.Checks.Contains("base")).ToList();
        Assert.Equal(28, vectors.Count);
        Assert.Equal(vectors.Select(vector => $"{vector.Id} {vector.SignatureBase}"), vectors.Select(vector => $"{vector.Id} {Base(vector)}"));
    }

    [Fact]
    public void Signature_OfEveryHmacVectorThatHasOne_IsTheSameBytes()
    {
        var vectors = SigningVectors.All.Where(vector => vector.Checks.Contains("signature") && vector.Algorithm == "hmac-sha256").ToList();
        Assert.Equal(26, vectors.Count);
        Assert.Equal(vectors.Select(vector => $"{vector.Id} {vector.SignatureMember}"), vectors.Select(vector => $"{vector.Id} {Mac(vector)}"));
    }

    [Fact]
    public void Signature_OfTheEcdsaVector_VerifiesAndIsMadeAnewEachTime()
    {
        var vector = SigningVectors.Find("p-pos-025");
        var key = SigningKey.EcdsaP256FromPem("k", vector.Source.GetProperty("key").GetProperty("private_pem").GetString()!);
        var message = Encoding.ASCII.GetBytes(Base(vector));
        var first = new byte[64];
        var second = new byte[64];
        key.Material.Sign(message, first);
        key.Material.Sign(message, second);

        Assert.NotEqual(first, second);
        Assert.All([first, second, Convert.FromBase64String(vector.SignatureMember["safellm=:".Length..^1])], signature => Assert.True(key.Material.Verify(message, signature)));
    }

    [Fact]
    public void Digest_OfEveryVectorThatHasOne_MatchesTheContent()
    {
        var vectors = SigningVectors.All.Where(vector => vector.Checks.Contains("digest")).ToList();
        Assert.Equal(26, vectors.Count);
        Assert.All(vectors, vector =>
        {
            var lines = vector.Request.Header("content-digest");
            Assert.Equal(vector.Request.HasContent, lines.Count > 0);
            if (lines.Count > 0) Assert.Equal(SignatureReason.None, ContentDigest.Verify(lines, vector.Request.Content, out _));
        });
    }

    [Fact]
    public void Policy_OfEveryVector_AcceptsAndRefusesAsWritten()
    {
        var vectors = SigningVectors.All.Where(vector => vector.Checks.Contains("policy")).ToList();
        Assert.Equal(82, vectors.Count);
        Assert.Equal(vectors.Select(vector => $"{vector.Id} {Expected(vector)}"), vectors.Select(vector => $"{vector.Id} {Verify(vector).Reason}"));
    }

    [Fact]
    public void Policy_OfVectorsThatOnlyShowBaseAndSignature_RefusesThem()
    {
        // The RFC's own examples have neither tag nor nonce.
        var vectors = SigningVectors.All.Where(vector => !vector.Checks.Contains("policy") && !vector.Checks.Contains("sequence")).ToList();
        Assert.Equal(2, vectors.Count);
        Assert.All(vectors, vector => Assert.Equal(SignatureReason.Tag, Verify(vector).Reason));
    }

    [Fact]
    public void Nonce_OfARefusedRequest_IsNotToBeClaimed() =>
        Assert.All(SigningVectors.All.Where(vector => Expected(vector) != SignatureReason.None), vector => Assert.Null(Verify(vector).Nonce));

    private static SignatureReason Expected(SigningVector vector)
    {
        // Duplicate JSON members are refused by the strict reading of the content, which comes after; here all is well.
        // Of a sequence, this is the first step.
        if (vector.IsAccepted || vector.Reason == "json_duplicate_key" || vector.Checks.Contains("sequence")) return SignatureReason.None;
        return OtherReasons.TryGetValue(vector.Id, out var other) ? other : SigningVector.ParseReason(vector.Reason!);
    }

    private static VerificationResult Verify(SigningVector vector)
    {
        var verifier = new RequestVerifier(new VerifierPolicy());
        var head = verifier.VerifyHead(vector.Request, SigningVectors.Keys(), vector.Now);
        return verifier.VerifyContent(head, vector.Request, vector.Request.Content);
    }

    private static string Base(SigningVector vector)
    {
        var input = string.Join(", ", vector.Request.Header("signature-input"));
        var reader = new FieldReader(input);
        while (true)
        {
            Assert.Equal(FieldStep.Next, reader.NextMember(out var label, out var isInnerList, out _));
            Assert.True(isInnerList);
            var start = reader.Position - 1;
            var message = new AsciiBuffer(new byte[64]);
            while (reader.NextInnerItem(out var item) == FieldStep.Next)
            {
                Assert.True(ComponentNames.TryFind(item.Text, out var component));
                Assert.Equal(SignatureReason.None, SignatureBase.AppendComponent(ref message, vector.Request, item.Text, component, out _));
            }

            while (reader.NextParameter(out _, out _) == FieldStep.Next)
            {
                // Only its end matters here.
            }

            if (!label.SequenceEqual(vector.Label)) continue;
            SignatureBase.AppendParameters(ref message, Encoding.ASCII.GetBytes(input[start..reader.Position]));
            return message.ToString();
        }
    }

    private static string Mac(SigningVector vector)
    {
        var material = new HmacSha256Material(vector.Source.GetProperty("key").GetProperty("secret_b64").GetBytesFromBase64());
        var mac = new byte[material.SignatureLength];
        material.Sign(Encoding.ASCII.GetBytes(Base(vector)), mac);
        return $"{vector.Label}=:{Convert.ToBase64String(mac)}:";
    }
}
