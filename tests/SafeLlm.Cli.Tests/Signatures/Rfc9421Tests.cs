using System.Text;
using System.Text.Json;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;
using SafeLlm.Tests;

namespace SafeLlm.Cli.Tests.Signatures;

/// <summary>RFC 9421, appendix B: its examples, as printed.</summary>
public sealed class Rfc9421Tests
{
    private static readonly JsonElement Examples = Vectors.Read("signing", "rfc9421.json");

    public static TheoryData<string> Requests => [.. Examples.GetProperty("requests").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Requests))]
    public void Example_OfARequest_HasTheBaseAndTheVerdictOfTheRfc(string id)
    {
        var example = Examples.GetProperty("requests").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        var request = Read(example);
        var label = example.GetProperty("signature_input").GetString()!.Split('=')[0];
        var expected = example.GetProperty("base").GetString();

        // The base first, whether or not the signature is by an algorithm of ours.
        Assert.Equal(expected is not null, BaseCheck.Check(request, label, null, expected).IsAccepted);
        if (example.GetProperty("signature").GetString() is null) return;
        var keyId = example.GetProperty("signature_input").GetString()!.Split("keyid=\"")[1].TrimEnd('"');
        Assert.Equal(example.GetProperty("verifies").GetBoolean(), BaseCheck.Check(request, label, Key(keyId), null).IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Example_OfARequest_IsRefusedByTheProfile(string id)
    {
        var request = Read(Examples.GetProperty("requests").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id));
        var keys = new SigningKeyRing(Examples.GetProperty("keys").EnumerateObject().Select(key => new VerifierKey(Key(key.Name))));

        var result = new RequestVerifier(new VerifierPolicy()).VerifyHead(request, keys, DateTimeOffset.FromUnixTimeSeconds(1618884480));

        // The RSA examples have their signatures left out.
        Assert.Equal(request.Header("signature").Count == 0 ? SignatureReason.SignatureMissing : SignatureReason.Tag, result.Reason);
    }

    [Fact]
    public void Example_OfAResponse_VerifiesOverItsBase()
    {
        var response = Examples.GetProperty("response");
        var message = Encoding.ASCII.GetBytes(response.GetProperty("base").GetString()!);

        Assert.True(Key(response.GetProperty("keyid").GetString()!).Material.Verify(message, response.GetProperty("signature").GetBytesFromBase64()));
        Assert.False(Key(response.GetProperty("keyid").GetString()!).Material.Verify([.. message, (byte)'\n'], response.GetProperty("signature").GetBytesFromBase64()));
    }

    private static SigningKey Key(string keyId)
    {
        var key = Examples.GetProperty("keys").GetProperty(keyId);
        return CliKeys.Algorithms.Read(keyId, key.GetProperty("alg").GetString()!, key.GetProperty("key").GetString()!);
    }

    private static PlainRequest Read(JsonElement example)
    {
        var lines = example.GetProperty("headers").EnumerateArray().Select(line => (line[0].GetString()!, line[1].GetString()!)).ToList();
        lines.Add(("signature-input", example.GetProperty("signature_input").GetString()!));
        if (example.GetProperty("signature").GetString() is { } signature) lines.Add(("signature", signature));
        return PlainRequest.Create(example.GetProperty("method").GetString()!, example.GetProperty("url").GetString()!, lines, [])!;
    }
}
