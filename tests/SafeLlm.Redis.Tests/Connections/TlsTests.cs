using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>A server that speaks TLS and wants a password, with a certificate that only this test trusts.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Variable = "SAFELLM_TEST_REDIS_PASSWORD";
    private const string Password = "a-password-of-the-tests";
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-tls-").FullName;
    private readonly X509Certificate2 certificate;

    public TlsTests()
    {
        Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis of the tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        Environment.SetEnvironmentVariable(Variable, Password);
    }

    private string CertificateFile => Path.Combine(folder, "redis.crt");

    private string KeyFile => Path.Combine(folder, "redis.key");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Ledger_OverTls_IsServedWhereTheCertificateIsTrustedAndRefusesElsewhere()
    {
        var port = FreePort.Take();
        await using var server = await RedisProcess.StartAsync(
            "--tls-port", FormattableString.Invariant($"{port}"), "--tls-cert-file", CertificateFile, "--tls-key-file", KeyFile, "--tls-ca-cert-file", CertificateFile,
            "--tls-auth-clients", "no", "--requirepass", Password);

        var trusting = Options(port);
        trusting.Configure = settings => settings.CertificateValidation += (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        using (var stores = RedisStores.Open(trusting, TimeProvider.System)) Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores)).Outcome);

        using var strange = RedisStores.Open(Options(port), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(strange));
        Assert.DoesNotContain(Password, refused.ToString(), StringComparison.Ordinal);
    }

    private static RedisStoreOptions Options(int port) => new()
    {
        Servers = FormattableString.Invariant($"rediss://127.0.0.1:{port}"),
        PasswordEnvironmentVariable = Variable,
        OperationTimeout = TimeSpan.FromSeconds(30),
    };

    private static Task<HoldResult> HoldAsync(SafeLlmStores stores) =>
        stores.Ledger.HoldAsync(new HoldRequest("a", [Limit.Tokens(100).PerDay()], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken).AsTask();
}
