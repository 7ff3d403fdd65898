using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class StandardResilienceTests
{
    [Theory]
    [InlineData("services.AddHttpClient(\"weather\").AddStandardResilienceHandler();")]
    [InlineData("services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler());")]
    public Task Handler_OnClientsThatVisiblyCallNoModel_DoesNotReport(string statement) => Verify.QuietAsync<StandardResilience>($$"""
        using Microsoft.Extensions.DependencyInjection;
        class C { void M(IServiceCollection services) { {{statement}} } }
        """);

    [Fact]
    public Task Handler_OnAClientThatCallsAModel_Reports() => Verify.ReportsAsync<StandardResilience>("""
        using System.Net.Http.Json;
        using Microsoft.Extensions.DependencyInjection;
        class Typed(HttpClient http) { public Task Ask() => http.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new { model = "m", messages = 1, max_tokens = 5 }); }
        class C
        {
            void M(IServiceCollection services)
            {
                services.AddHttpClient("openai", http => http.BaseAddress = new Uri("https://api.openai.com")).[|AddStandardResilienceHandler|]();
                services.AddHttpClient<Typed>().[|AddStandardResilienceHandler|]();
                services.AddHttpClient("safe").AddSafeLlm(o => { }).[|AddStandardResilienceHandler|]();
            }
        }
        """);

    [Fact]
    public Task Fix_RemovesTheHandler() => Fix.ChangesAsync<StandardResilience, RemoveStandardResilience>("""
        using Microsoft.Extensions.DependencyInjection;
        class C { void M(IServiceCollection services) { services.AddHttpClient("safe").AddSafeLlm(o => { }).AddStandardResilienceHandler(); } }
        """, """
        using Microsoft.Extensions.DependencyInjection;
        class C { void M(IServiceCollection services) { services.AddHttpClient("safe").AddSafeLlm(o => { }); } }
        """);
}
