using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnsignedClientTests
{
    [Theory]
    [InlineData("""o.Endpoint = new("https://api.openai.com/v1");""")]
    [InlineData("""o.Endpoint = new("http://localhost:5000");""")]
    [InlineData("""o.Endpoint = new("https://gate.example.org"); o.SigningKey = key;""")]
    [InlineData("""o.Endpoint = address;""")]
    [InlineData("""if (environment.IsDevelopment()) o.AllowUnsigned = true;""")]
    [InlineData("""o.AllowUnsigned = environment.IsDevelopment();""")]
    public Task Client_SignedOrOfAProviderOrInDevelopment_DoesNotReport(string statement) => Verify.QuietAsync<UnsignedClient>($$"""
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        class C
        {
            void M(IServiceCollection services, IHostEnvironment environment, SafeLlm.Signing.SigningKey key, Uri address) => services.AddSafeLlmClient(o => { {{statement}} });
        }
        """);

    [Theory]
    [InlineData("""Endpoint = new("http://127.0.0.1:5080/v1"), AllowUnsigned = true""")]
    [InlineData("""AllowUnsigned = true, Endpoint = new Uri("http://localhost:5080/v1")""")]
    [InlineData("""Endpoint = new("https://api.openai.com/v1"), AllowUnsigned = true""")]
    public Task Client_UnsignedToLoopbackOrAProvider_DoesNotReport(string members) => Verify.QuietAsync<UnsignedClient>($$"""
        using SafeLlm;
        class C
        {
            private readonly SafeLlmClientOptions field = new SafeLlmClientOptions { {{members}} };
            object M(System.Uri address) => new[] { new SafeLlmClientOptions { {{members}} }, new SafeLlmClientOptions { Endpoint = address } };
            void N(SafeLlmClientOptions o) { o.Endpoint = new("http://[::1]:5080"); o.AllowUnsigned = true; }
        }
        """);

    [Fact]
    public Task Client_UnsignedToAnywhere_Reports() => Verify.ReportsAsync<UnsignedClient>("""
        using SafeLlm;
        class C
        {
            object M() => new SafeLlmClientOptions { Endpoint = new Uri("https://gate.example.org/v1"), [|AllowUnsigned = true|] };
            object N(Uri address) => new SafeLlmClientOptions { Endpoint = address, [|AllowUnsigned = true|] };
            void O(SafeLlmClientOptions a, SafeLlmClientOptions b, Uri address) { a.Endpoint = new("http://localhost"); b.Endpoint = address; [|b.AllowUnsigned = true|]; }
        }
        """);

    [Fact]
    public Task Client_ThatDoesNotSign_Reports() => Verify.ReportsAsync<UnsignedClient>("""
        using SafeLlm;
        class C
        {
            object M() => new SafeLlmClientOptions { [|Endpoint = new Uri("https://gate.example.org/v1")|] };
            void N(SafeLlmClientOptions options) => [|options.AllowUnsigned = true|];
        }
        """);

    [Fact]
    public Task Fix_RemovesAllowUnsigned() => Fix.ChangesAsync<UnsignedClient, RemoveAllowUnsigned>("""
        using SafeLlm;
        class C
        {
            void M(SafeLlmClientOptions options)
            {
                options.ApiKey = "";
                options.AllowUnsigned = true;
            }
        }
        """, """
        using SafeLlm;
        class C
        {
            void M(SafeLlmClientOptions options)
            {
                options.ApiKey = "";
            }
        }
        """);
}
