using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class VerifierIncompleteTests
{
    [Theory]
    [InlineData("services.AddSafeLlmVerifier(_ => { }).UseInMemory();")]
    [InlineData("var verifier = services.AddSafeLlmVerifier(_ => { }); verifier.UseInMemory();")]
    [InlineData("Choose(services.AddSafeLlmVerifier(_ => { }));")]
    public Task Verifier_WithAStoreOrOutOfSight_DoesNotReport(string statement) => Verify.QuietAsync<VerifierIncomplete>($$"""
        using Microsoft.Extensions.DependencyInjection;
        using SafeLlm.AspNetCore;
        using SafeLlm.Limits;
        class C
        {
            static void Choose(SafeLlmVerifierBuilder builder) => builder.UseInMemory();
            void M(IServiceCollection services) { {{statement}} }
        }
        """);

    [Fact]
    public Task Verifier_WithoutAStore_Reports() => Verify.ReportsAsync<VerifierIncomplete>("""
        using Microsoft.Extensions.DependencyInjection;
        class C
        {
            void M(IServiceCollection services)
            {
                services.[|AddSafeLlmVerifier|](_ => { });
                var verifier = services.[|AddSafeLlmVerifier|](_ => { });
            }
        }
        """);

    [Fact]
    public Task Endpoint_OfAProgramThatNeverVerifies_Reports() => Verify.ReportsAsync<VerifierIncomplete>("""
        using Microsoft.AspNetCore.Builder;
        var app = WebApplication.Create();
        app.MapGet("/", () => "").[|RequireSafeLlm|]();
        """);

    [Fact]
    public Task Endpoint_OfAProgramThatVerifies_DoesNotReport() => Verify.QuietAsync<VerifierIncomplete>("""
        using Microsoft.AspNetCore.Builder;
        var app = WebApplication.Create();
        app.UseSafeLlm();
        app.MapGet("/", () => "").RequireSafeLlm();
        """);
}
