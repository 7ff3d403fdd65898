using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class VerificationOffTests
{
    [Fact]
    public Task Verification_OnOrOffInDevelopment_DoesNotReport() => Verify.QuietAsync<VerificationOff>("""
        using Microsoft.Extensions.Hosting;
        using SafeLlm.AspNetCore;
        class C
        {
            void M(SafeLlmVerifierOptions options, IHostEnvironment environment)
            {
                options.VerifySignatures = true;
                if (environment.IsDevelopment()) options.VerifySignatures = false;
                _ = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null };
            }
        }
        """);

    [Fact]
    public Task Verification_Off_Reports() => Verify.ReportsAsync<VerificationOff>("""
        using SafeLlm.AspNetCore;
        class C
        {
            void M(SafeLlmVerifierOptions options)
            {
                [|options.VerifySignatures = false|];
                _ = new HttpClientHandler { [|ServerCertificateCustomValidationCallback = (_, _, _, _) => true|] };
                _ = new HttpClientHandler { [|ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator|] };
            }
        }
        """);

    [Fact]
    public Task Fix_LeavesVerificationOn() => Fix.ChangesAsync<VerificationOff, RestoreVerification>(
        """class C { object M() => new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true, UseCookies = false }; object N() => new OpenAI.OpenAIClientOptions(); }""",
        """class C { object M() => new HttpClientHandler { UseCookies = false }; object N() => new OpenAI.OpenAIClientOptions(); }""");
}
