using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

public sealed class KeyLifeTests
{
    [Theory]
    [InlineData(13.5, "1166400", "API key expires in 14 days: k-free")]
    [InlineData(0.5, "43200", "API key expires in 1 days: k-free")]
    public async Task AKeyNearItsEnd_IsToldToItsOwnerAndToTheOperatorOnceADay(double days, string header, string warning)
    {
        await using var host = await StartAsync(options => options.Keys[0].NotAfter = VerifierHost.Start.AddDays(days));

        var first = await host.SendAsync(TestRequest.Chat());
        await host.SendAsync(TestRequest.Chat());

        Assert.Equal(header, first.Headers.GetValues("SafeLlm-Key-Expires-In").Single());
        Assert.Single(host.Log.Of(LogLevel.Warning), line => line.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AKeyFarFromItsEnd_IsNotToldOf()
    {
        await using var host = await StartAsync(options => options.Keys[0].NotAfter = VerifierHost.Start.AddDays(15));

        Assert.False((await host.SendAsync(TestRequest.Chat())).Headers.Contains("SafeLlm-Key-Expires-In"));
    }

    [Fact]
    public void AChangedConfiguration_GivesOtherKeysAtOnceAndAWrongOneLeavesThem()
    {
        var source = new Dictionary<string, string?>
        {
            ["S:PublicAuthorities:0"] = "api.example.com",
            ["S:Tiers:FREE:MaxOutputTokens"] = "5",
            ["S:DefaultTier"] = "FREE",
            ["S:Keys:0:KeyId"] = "k-free",
            ["S:Keys:0:Secret"] = TestKeys.Free.ExportBase64(),
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(source).Build();
        var log = new CapturedLog();
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton<IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Production" })
            .AddSafeLlmVerifier(configuration.GetSection("S")).UseInMemory().Services.BuildServiceProvider();
        var keys = services.GetRequiredService<ISigningKeyStore>();
        Assert.NotNull(keys.Find("k-free"));

        configuration["S:Keys:1:KeyId"] = "k-pro";
        configuration["S:Keys:1:Secret"] = TestKeys.Pro.ExportBase64();
        configuration["S:Keys:0:RevokedAt"] = "2026-01-01T00:00:00Z";
        configuration.Reload();
        Assert.NotNull(keys.Find("k-pro"));
        Assert.NotNull(keys.Find("k-free")!.RevokedAt);

        configuration["S:Keys:1:Secret"] = "too short";
        configuration.Reload();
        Assert.NotNull(keys.Find("k-pro"));
        Assert.Contains("the keys stay as they were", log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("too short", log.All, StringComparison.Ordinal);

        configuration["S:Keys:1:Secret"] = TestKeys.Pro.ExportBase64();
        configuration["S:Tiers:NEW:MaxOutputTokens"] = "5";
        configuration["S:Keys:1:Tier"] = "NEW";
        configuration.Reload();
        Assert.Null(keys.Find("k-pro")!.Tier);
        Assert.Contains("The tier NEW is new; a new tier needs a restart.", log.All, StringComparison.Ordinal);
    }

    private static Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions> options) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm()) { Options = options });
}
