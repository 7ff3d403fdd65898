using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SafeLlm.Pipeline;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Registration;

public sealed class ReloadTests
{
    private const string NewSecret = "bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQtMDE=";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SigningKey_AddedToTheConfiguration_SignsWithoutARestart()
    {
        using var setting = new Setting();
        await setting.CallAsync();

        setting.Configuration["SafeLlmClient:SigningKeys:1:KeyId"] = "k2";
        setting.Configuration["SafeLlmClient:SigningKeys:1:Secret"] = NewSecret;
        setting.Configuration["SafeLlmClient:SigningKeys:1:NotBefore"] = "2026-01-01T00:00:00Z";
        setting.Configuration.Reload();
        await setting.CallAsync();

        Assert.Equal(["k1", "k2"], setting.KeyIds);
    }

    [Fact]
    public async Task FirstSigningKey_AddedToAClientThatHadNone_SignsWithoutARestart()
    {
        using var setting = new Setting(
            builder => builder.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SafeLlmClient:Endpoint"] = "https://gateway.example.com/v1",
                ["SafeLlmClient:AllowUnsigned"] = "true",
            }),
            bare: true);
        await setting.CallAsync();
        setting.Configuration["SafeLlmClient:SigningKeys:0:KeyId"] = "k1";
        setting.Configuration["SafeLlmClient:SigningKeys:0:Secret"] = World.Secret;
        setting.Configuration.Reload();
        await setting.CallAsync();

        Assert.Equal([false, true], setting.AreSigned);
    }

    [Fact]
    public async Task Configuration_ThatIsNotValid_IsLoggedAndLeavesTheKeysAsTheyWereUntilOneThatIs()
    {
        using var setting = new Setting();
        await setting.CallAsync();

        setting.Configuration["SafeLlmClient:SigningKeys:0:Secret"] = "no base64";
        try
        {
            setting.Configuration.Reload();
        }
        catch (AggregateException thrown) when (thrown.InnerException is Microsoft.Extensions.Options.OptionsValidationException)
        {
            // The monitor tells whoever reloads; the client goes on with what it has.
        }

        await setting.CallAsync();
        var told = Assert.Single(setting.Log.GetSnapshot(), record => record.Id.Id == 1302);
        Assert.Contains("SigningKeys:0", Assert.IsType<Microsoft.Extensions.Options.OptionsValidationException>(told.Exception).Message, StringComparison.Ordinal);

        setting.Configuration["SafeLlmClient:SigningKeys:0:KeyId"] = "k2";
        setting.Configuration["SafeLlmClient:SigningKeys:0:Secret"] = World.Secret;
        setting.Configuration.Reload();
        await setting.CallAsync();

        Assert.Equal(["k1", "k1", "k2"], setting.KeyIds);
    }

    [Fact]
    public async Task Keyed_Clients_HaveOptionsOfTheirOwn()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var providers = new Dictionary<string, FakeProvider>(StringComparer.Ordinal);
        foreach (var (name, most) in (ReadOnlySpan<(string, long)>)[("small", 10), ("large", 1_000)])
        {
            var provider = providers[name] = new FakeProvider();
            services.AddSafeLlmClient(name, options =>
            {
                options.Endpoint = new Uri("https://api.openai.com/v1");
                options.MaxOutputTokens = most;
            }).ConfigurePrimaryHttpMessageHandler(() => provider);
        }

        await using var built = services.BuildServiceProvider();
        var small = await built.GetRequiredKeyedService<SafeLlmClient>("small").GetResponseAsync(World.Model, "Hi", 500, Cancel);
        var large = await built.GetRequiredKeyedService<SafeLlmClient>("large").GetResponseAsync(World.Model, "Hi", 500, Cancel);

        Assert.Equal((10L, 500L), (small.OutputBound, large.OutputBound));
        Assert.Single(providers["small"].Requests);
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Development", false)]
    public async Task Secret_InAJsonFile_WarnsOutsideDevelopment(string environment, bool warns)
    {
        var file = Path.Combine(Path.GetTempPath(), $"safellm-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, $$"""{ "SafeLlmClient": { "Endpoint": "https://gateway.example.com/v1", "SigningKey": { "KeyId": "k1", "Secret": "{{World.Secret}}" } } }""", Cancel);
        try
        {
            using var setting = new Setting(builder => builder.AddJsonFile(file).AddInMemoryCollection([new("DOTNET_ENVIRONMENT", environment)]), bare: true);
            await setting.CallAsync();

            var told = setting.Log.GetSnapshot().Where(record => record.Id.Id == 1304).ToArray();
            Assert.Equal(warns, told.Length == 1);
            Assert.All(told, record => Assert.Contains("SafeLlmClient:SigningKey:Secret", record.Message, StringComparison.Ordinal));
            Assert.DoesNotContain(World.Secret, string.Concat(setting.Log.GetSnapshot().Select(record => record.Message)), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("2026-06-01", "old")]
    [InlineData("2026-11-15", "new")]
    [InlineData("2027-06-01", null)]
    public void Keys_WithLives_TheNewestValidOneSigns(string now, string? expected)
    {
        var options = new SafeLlmClientOptions();
        options.SigningKeys.Add(Key("new", "2026-11-01", "2027-02-01"));
        options.SigningKeys.Add(Key("old", "2026-01-01", "2026-12-01"));

        Assert.Equal(expected, new ClientSecrets(options).At(At(now))?.KeyId);
    }

    [Fact]
    public async Task Send_NoKeyValidNow_IsRefusedBeforeItIsSent()
    {
        var world = new World();
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        world.Options.SigningKeys.Add(Key("old", "2025-01-01", "2025-12-01"));

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(), "https://gateway.example.com/v1/chat/completions"), Cancel));

        Assert.Equal(RefusalCode.Unsigned, refused.Code);
        Assert.Empty(world.Provider.Requests);
    }

    private static ClientSigningKey Key(string name, string from, string until) => new(SigningKey.GenerateHmac(name)) { NotBefore = At(from), NotAfter = At(until) };

    private static DateTimeOffset At(string day) => DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Setting : IDisposable
    {
        private readonly FakeProvider provider = new();
        private readonly ServiceProvider services;

        public Setting(Action<IConfigurationBuilder>? configure = null, bool bare = false)
        {
            var builder = new ConfigurationBuilder();
            if (!bare)
            {
                builder.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["SafeLlmClient:Endpoint"] = "https://gateway.example.com/v1",
                    ["SafeLlmClient:SigningKeys:0:KeyId"] = "k1",
                    ["SafeLlmClient:SigningKeys:0:Secret"] = World.Secret,
                });
            }

            configure?.Invoke(builder);
            Configuration = builder.Build();
            var collection = new ServiceCollection();
            collection.AddSingleton<IConfiguration>(Configuration);
            collection.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
            collection.AddSafeLlmClient(Configuration.GetSection("SafeLlmClient")).ConfigurePrimaryHttpMessageHandler(() => provider);
            services = collection.BuildServiceProvider();
        }

        public FakeLogCollector Log { get; } = new();

        public IConfigurationRoot Configuration { get; }

        public IEnumerable<string> KeyIds => provider.Requests.Select(request => request.Headers["Signature-Input"].Single().Split("keyid=\"")[1].Split('"')[0]);

        public IEnumerable<bool> AreSigned => provider.Requests.Select(request => request.Headers.ContainsKey("Signature-Input"));

        public Task<ChatAnswer> CallAsync() => services.GetRequiredService<SafeLlmClient>().GetResponseAsync(World.Model, "Hi", 50, Cancel);

        public void Dispose() => services.Dispose();
    }
}
