using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Registration;

public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddSafeLlmClient_Lambda_GivesAClientThatAnswers()
    {
        var provider = new FakeProvider();
        var services = new ServiceCollection();
        services.AddSafeLlmClient(o =>
        {
            o.Endpoint = new("https://api.openai.com/v1");
            o.ApiKey = "sk-1";
            o.Limits.Add(Limit.Dollars(10m).PerDay());
        }).ConfigurePrimaryHttpMessageHandler(() => provider);
        await using var root = services.BuildServiceProvider(validateScopes: true);

        var answer = await root.GetRequiredService<SafeLlmClient>().GetResponseAsync(World.Model, "Say hello.", maxOutputTokens: 200, Cancel);

        Assert.Equal("Hello!", answer.Text);
        Assert.Equal(["Bearer sk-1"], provider.Requests.Single().Headers["Authorization"]);
    }

    [Fact]
    public void AddSafeLlm_AsADefaultOfAllClients_SaysWhereItBelongs()
    {
        var services = new ServiceCollection();

        var error = Assert.Throws<InvalidOperationException>(() => services.ConfigureHttpClientDefaults(builder => builder.AddSafeLlm(_ => { })));
        Assert.Contains("AddSafeLlm is called for one client", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSafeLlmClient_InvalidConfiguration_FailsAtStartWithEveryError()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SafeLlm:Endpiont"] = "https://api.openai.com/v1",
            ["SafeLlm:MaxAttempts"] = "99",
            ["SafeLlm:Limits:0:Dollars"] = "much",
            ["SafeLlm:Limits:0:Per"] = "day",
        }).Build();
        var services = new ServiceCollection();
        services.AddSafeLlmClient(configuration.GetSection("SafeLlm"));
        using var root = services.BuildServiceProvider();

        var invalid = Assert.Throws<OptionsValidationException>(() => root.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(4, invalid.Failures.Count());
        Assert.Contains("SafeLlm:Endpiont", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:Endpoint is missing", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("SafeLlm:MaxAttempts is 99", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddSafeLlm_ResilienceFromDefaultsAndAfterwards_IsRemovedWithOneLine()
    {
        var provider = new FakeProvider();
        var log = new FakeLogCollector();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        services.ConfigureHttpClientDefaults(builder => builder.AddStandardResilienceHandler());
        var client = services.AddHttpClient("llm").AddSafeLlm(o => o.MaxAttempts = 1);
        client.AddStandardResilienceHandler();
        client.ConfigurePrimaryHttpMessageHandler(() => provider);
        provider.Otherwise = _ => Answers.Error(503, "overloaded");
        await using var root = services.BuildServiceProvider();

        using var response = await root.GetRequiredService<IHttpClientFactory>().CreateClient("llm").SendAsync(World.Request(World.Body()), Cancel);

        Assert.Single(provider.Requests);
        Assert.Single(log.GetSnapshot(), record => record.Id.Id == 1300);
    }

    [Fact]
    public async Task AddSafeLlm_HandlersAddedAfterwards_StandOutside()
    {
        var provider = new FakeProvider();
        var services = new ServiceCollection();
        services.AddHttpClient("llm").AddSafeLlm(o => o.OnUnbounded = OnUnbounded.Insert)
            .AddHttpMessageHandler(() => new RemovesTheBound())
            .ConfigurePrimaryHttpMessageHandler(() => provider);
        await using var root = services.BuildServiceProvider();

        using var response = await root.GetRequiredService<IHttpClientFactory>().CreateClient("llm").SendAsync(World.Request(World.Body()), Cancel);

        Assert.Contains("4096", provider.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSafeLlm_PrimaryHandlerThatFollowsRedirects_NoLongerDoes()
    {
        var primary = new SocketsHttpHandler { AllowAutoRedirect = true };
        var services = new ServiceCollection();
        services.AddHttpClient("llm").AddSafeLlm(_ => { }).ConfigurePrimaryHttpMessageHandler(() => primary);
        using var root = services.BuildServiceProvider();

        using var client = root.GetRequiredService<IHttpClientFactory>().CreateClient("llm");

        Assert.False(primary.AllowAutoRedirect);
        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
    }

    [Fact]
    public async Task AddSafeLlm_TwoClients_SpendFromOneAppBudget()
    {
        var provider = new FakeProvider();
        var services = new ServiceCollection();
        foreach (var name in (string[])["a", "b"])
        {
            services.AddHttpClient(name).AddSafeLlm(o => o.Limits.Add(Limit.Requests(1).PerMinute())).ConfigurePrimaryHttpMessageHandler(() => provider);
        }

        await using var root = services.BuildServiceProvider();
        var factory = root.GetRequiredService<IHttpClientFactory>();

        using var response = await factory.CreateClient("a").SendAsync(World.Request(World.Body()), Cancel);

        await Assert.ThrowsAsync<RateLimitedException>(() => factory.CreateClient("b").SendAsync(World.Request(World.Body()), Cancel));
    }

    [Fact]
    public async Task AddSafeLlmClient_Twice_GivesEachItsOwnByKey()
    {
        var (first, second) = (new FakeProvider(), new FakeProvider());
        var services = new ServiceCollection();
        services.AddSafeLlmClient("first", o => o.Endpoint = new("https://api.openai.com/v1")).ConfigurePrimaryHttpMessageHandler(() => first);
        services.AddSafeLlmClient("second", o => o.Endpoint = new("https://api.mistral.ai/v1")).ConfigurePrimaryHttpMessageHandler(() => second);
        await using var root = services.BuildServiceProvider();

        await root.GetRequiredKeyedService<SafeLlmClient>("second").GetResponseAsync(World.Model, "Hi", 5, Cancel);

        Assert.Empty(first.Requests);
        Assert.Equal("api.mistral.ai", second.Requests.Single().Uri.Host);
    }

    private sealed class RemovesTheBound : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content = World.Request(World.Body(bound: null)).Content;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
