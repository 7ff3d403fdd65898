using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void UseSafeLlm_WithoutAddSafeLlmVerifier_NamesTheCallToMake()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.UseSafeLlm());

        Assert.Contains("AddSafeLlmVerifier", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireSafeLlm_WithoutUseSafeLlm_ThrowsASentenceThatNamesItAndRunsNothing()
    {
        var ran = false;
        var builder = WebApplication.CreateSlimBuilder();
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSafeLlmVerifier(options => new VerifierSetup(_ => { }).Apply(options)).UseInMemory();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/guarded", () => ran = true).RequireSafeLlm();
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var client = new HttpClient();
        var response = await client.GetAsync(new Uri(new Uri(app.Urls.First()), "/guarded"), TestContext.Current.CancellationToken);

        Assert.Equal(500, (int)response.StatusCode);
        Assert.Contains("Call app.UseSafeLlm()", log.All, StringComparison.Ordinal);
        Assert.Contains("GET /guarded", log.All, StringComparison.Ordinal);
        Assert.False(ran);
    }

    [Fact]
    public async Task RequireSafeLlm_WithoutAnyVerifier_NamesBothCalls()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGroup("/group").RequireSafeLlm().MapGet("/guarded", () => "no");
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var client = new HttpClient();
        var response = await client.GetAsync(new Uri(new Uri(app.Urls.First()), "/group/guarded"), TestContext.Current.CancellationToken);

        Assert.Equal(500, (int)response.StatusCode);
        Assert.Contains("Call services.AddSafeLlmVerifier(…) and app.UseSafeLlm()", log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireSafeLlm_WithTheEndpointChangedAfterVerification_DoesNotRun()
    {
        var ran = false;
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app =>
        {
            app.Use((context, next) =>
            {
                var other = context.RequestServices.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints.First(endpoint => endpoint.DisplayName!.Contains("other", StringComparison.Ordinal));
                Microsoft.AspNetCore.Http.EndpointHttpContextExtensions.SetEndpoint(context, other);
                return next(context);
            });
            app.MapPost("/v1/chat/completions", () => "verified").RequireSafeLlm();
            app.MapPost("/other", () => ran = true).RequireSafeLlm();
        }));

        var response = await host.SendAsync(TestRequest.Chat());

        Assert.Equal(500, (int)response.StatusCode);
        Assert.False(ran);
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public void AddSafeLlmVerifier_CalledTwice_RegistersEachServiceOnceAndAddsToTheOptions()
    {
        var services = new ServiceCollection();
        services.AddSafeLlmVerifier(options => options.DefaultTier = "FREE").UseInMemory();
        services.AddSafeLlmVerifier(options => new VerifierSetup(_ => { }).Apply(options)).UseInMemory();

        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<SafeLlmVerifierOptions>>().Value;

        Assert.Equal("FREE", options.DefaultTier);
        Assert.Equal(2, options.Keys.Count);
        Assert.All(services.Where(service => service.ServiceType.Namespace!.StartsWith("SafeLlm", StringComparison.Ordinal)).GroupBy(service => service.ServiceType), one => Assert.Single(one));
        Assert.Single(services, service => service.ImplementationType == typeof(VerifierStart));
    }

    [Fact]
    public async Task Start_WithoutStores_NamesTheCallsToMake()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSafeLlmVerifier(options => new VerifierSetup(_ => { }).Apply(options));
        await using var app = builder.Build();

        var error = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(".UseInMemory()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithWrongConfiguration_TellsAllErrorsAtOnceAndNoSecret()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SafeLlm:PublicAuthorities:0"] = "https://api.example.com",
            ["SafeLlm:Keys:0:KeyId"] = "k1",
            ["SafeLlm:Keys:0:Secret"] = "c2hvcnQtYW5kLXNlY3JldA==",
            ["SafeLlm:Keys:0:Tier"] = "GOLD",
            ["SafeLlm:MaxBodyBytes"] = "12",
            ["SafeLlm:Tires:FREE:RequestsPerMinute"] = "1",
        });
        builder.Services.AddSafeLlmVerifier(builder.Configuration.GetSection("SafeLlm")).UseInMemory();
        await using var app = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("SafeLlm:PublicAuthorities:0 is \"https://api.example.com\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:Keys:0", error.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:Keys:0:Tier is \"GOLD\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:MaxBodyBytes is 12", error.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:Tires is no setting", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithSignaturesOff_Warns()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options =>
            {
                options.VerifySignatures = false;
                options.UnsignedTier = "FREE";
            },
        });

        var request = TestRequest.Chat();
        request.Authority = host.Authority;
        var response = await host.SendUnsignedAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains(host.Log.Of(LogLevel.Warning), line => line.Contains("VerifySignatures is false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithALongWindowInMemoryAndASecretInConfiguration_WarnsAboutBoth()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(_ => { }));

        var warnings = string.Join('\n', host.Log.Of(LogLevel.Warning));

        Assert.Contains("$1.00 per day", warnings, StringComparison.Ordinal);
        Assert.DoesNotContain("10 requests per any", warnings, StringComparison.Ordinal);
        Assert.Contains("The secret of the key k-free stands in the configuration", warnings, StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Free.ExportBase64(), host.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithOneSecretUnderTwoNames_NamesThemAndNotTheSecret()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(_ => { })
        {
            Options = options => options.Keys.Add(new SafeLlmKeyOptions { KeyId = "k-again", Secret = TestKeys.Pro.ExportBase64(), Client = "tests", Tier = "FREE" }),
        });

        Assert.Contains("The keys k-again, k-pro have one and the same secret", Assert.Single(host.Log.Of(LogLevel.Warning), line => line.Contains("same secret", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Pro.ExportBase64(), host.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithATierThatAllowsAModelWithoutPrice_NamesIt()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(_ => { })
        {
            Options = options =>
            {
                foreach (var model in (string[])["gpt-4.1-mini", "gtp-4.1-mini", "ours"]) options.Tiers["FREE"].Models.Add(model);
                options.Aliases["ours"] = "gpt-4.1-mini";
            },
        });

        var told = Assert.Single(host.Log.Of(LogLevel.Warning), line => line.Contains("has no price", StringComparison.Ordinal));
        Assert.Contains("The tier FREE allows the model gtp-4.1-mini", told, StringComparison.Ordinal);
    }
}
