using System.CommandLine;
using System.Text;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Tests.Signatures;

public sealed class SignCommandTests : IDisposable
{
    private const string Url = "https://api.example.com/v1/files/a%2fb?x=%e2%82%ac";

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-sign-").FullName;
    private readonly byte[] content = """{"model":"gpt-4o-mini","max_tokens":5}"""u8.ToArray();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("ecdsa-p256-sha256")]
    [InlineData("ed25519")]
    public async Task Sign_WithAnyAlgorithm_PrintsHeadersThatVerify(string algorithm)
    {
        Assert.True(SignatureAlgorithms.TryParse(algorithm, out var known));
        var made = CliKeys.Algorithms.Get(known);
        var material = made.Generate();
        var run = await CommandRun.OfAsync(
            SignCommand.Create(), "POST", Url, "--keyid", "acme.shop", "--alg", algorithm, "--key-file", Write("key", made.Write(material)), "--body", Write("body", content), "-H", "Content-Type: application/json");

        Assert.Equal(0, run.Exit);
        Assert.Equal(["Content-Digest", "Signature-Input", "Signature"], run.Lines.Select(line => line.Split(": ")[0]));
        var lines = run.Lines.Select(line => (line.Split(": ")[0], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..])).Append(("Content-Type", "application/json"));
        var request = PlainRequest.Create("POST", Url, lines, content)!;
        var verifier = new RequestVerifier(new VerifierPolicy());
        var keys = new SigningKeyRing([new VerifierKey(SigningKey.Create("acme.shop", material))]);
        Assert.Equal(SignatureReason.None, verifier.VerifyContent(verifier.VerifyHead(request, keys, DateTimeOffset.UtcNow), request, content).Reason);
    }

    [Fact]
    public async Task Sign_WithAFurtherHeaderToCover_CoversIt()
    {
        var run = await CommandRun.OfAsync(
            SignCommand.Create(), "GET", Url, "--keyid", "acme.shop", "--key-file", Write("key", SigningKey.GenerateHmac("k").ExportBase64()), "-H", "X-Act-As: a", "-H", "X-Other: b", "--cover", "X-Act-As");

        Assert.Equal(0, run.Exit);
        Assert.Contains("\"x-act-as\"", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("x-other", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_AsOfOld_PrintsHeadersThatVerify()
    {
        var run = await CommandRun.OfAsync(
            SignCommand.Create(), "POST", "https://api.example.com/v1/chat", "--keyid", "client_123", "--profile", "seed-v0", "--key-file", Write("key", "sk_test_3f9c0e7b2a6d4c11"), "--body", Write("body", content));

        Assert.Equal(0, run.Exit);
        var request = PlainRequest.Create("POST", "https://api.example.com/v1/chat", run.Lines.Select(line => (line.Split(": ")[0], line.Split(": ")[1])), content)!;
        var key = new VerifierKey(SigningKey.Seed("client_123", "sk_test_3f9c0e7b2a6d4c11")) { Profile = SignatureProfile.SeedV0, Endpoints = ["/v1/chat"] };
        Assert.Equal(SignatureReason.None, new SeedVerifier().Verify(request, content, new SigningKeyRing([key]), DateTimeOffset.UtcNow).Reason);
    }

    [Theory]
    [InlineData("--key-file", "absent", "cannot be read")]
    [InlineData("--key-env", "SAFELLM_NO_SUCH_VARIABLE", "is empty")]
    [InlineData("--body", "absent", "absent")]
    [InlineData("-H", "no header", "no header")]
    [InlineData("--cover", "x act", "no header name")]
    [InlineData("--alg", "rsa-pss-sha512", "none that signs here")]
    public async Task Sign_WithSomethingWrong_SaysWhatAndExitsWithTwo(string option, string value, string message)
    {
        var key = option.StartsWith("--key", StringComparison.Ordinal) ? [] : (string[])["--key-file", Write("key", SigningKey.GenerateHmac("k").ExportBase64())];
        var run = await CommandRun.OfAsync(SignCommand.Create(), ["POST", Url, "--keyid", "acme.shop", .. key, option, value]);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Sign_WithAKeyThatIsNone_ShowsNoneOfIt()
    {
        var run = await CommandRun.OfAsync(SignCommand.Create(), "GET", Url, "--keyid", "k", "--key-file", Write("key", "sk_test_3f9c0e7b2a6d4c11"));

        Assert.Equal(2, run.Exit);
        Assert.DoesNotContain("sk_test", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_TakeNoSecretAsAnArgument()
    {
        var options = SignCommand.Create().Options.Where(option => option.Name.Contains("key", StringComparison.Ordinal) || option.Name.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(["--key-env", "--key-file", "--keyid"], options.Select(option => option.Name).Order(StringComparer.Ordinal));
    }

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
