using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnsafeComparisonTests
{
    [Theory]
    [InlineData("signature == null")]
    [InlineData("signature == \"\"")]
    [InlineData("signatureVersion == other")]
    [InlineData("CryptographicOperations.FixedTimeEquals(mac, sent)")]
    [InlineData("keyId == other")]
    [InlineData("contentHash == other")]
    [InlineData("signature != lastSignature")]
    public Task Comparison_OfPublicValuesOrInFixedTime_DoesNotReport(string comparison) => Verify.QuietAsync<UnsafeComparison>($$"""
        using System.Security.Cryptography;
        class C { bool M(string signature, string lastSignature, string signatureVersion, string keyId, string contentHash, string other, byte[] mac, byte[] sent) => {{comparison}}; }
        """);

    [Fact]
    public Task Comparison_InAQueryOfADatabase_DoesNotReport() => Verify.QuietAsync<UnsafeComparison>("""
        class Row { public string SecretKey { get; set; } = ""; }
        class C { Row? M(IQueryable<Row> rows, string sent) => rows.FirstOrDefault(row => row.SecretKey == sent); }
        """);

    [Fact]
    public Task Comparison_OfSecrets_Reports() => Verify.ReportsAsync<UnsafeComparison>("""
        class C
        {
            bool M(string signature, string other) => [|signature == other|];
            bool N(string apiKey, string other) => [|other != apiKey|];
            bool O(byte[] mac, byte[] other) => [|mac.SequenceEqual(other)|];
            string? Q(List<string> all, string secret) => all.FirstOrDefault(one => [|one == secret|]);
            bool P(string secret, string other) => [|string.Equals(secret, other, StringComparison.Ordinal)|];
        }
        """);

    [Fact]
    public Task Fix_ComparesInFixedTime() => Fix.ChangesAsync<UnsafeComparison, CompareInFixedTime>("""
        using System.Security.Cryptography;
        using System.Text;
        class C
        {
            bool M(string signature, string other) => signature != other;
            bool O(byte[] mac, byte[] other) => mac.SequenceEqual(other);
        }
        """, """
        using System.Security.Cryptography;
        using System.Text;
        class C
        {
            bool M(string signature, string other) => !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(other));
            bool O(byte[] mac, byte[] other) => CryptographicOperations.FixedTimeEquals(mac, other);
        }
        """);
}
