using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What a key may be used for, and who is behind a call: the key record says it, and no header of the caller's.</summary>
public sealed class KeyScopeTests
{
    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/*", true)]
    [InlineData("/v1/embeddings", false)]
    [InlineData("/v1", false)]
    public async Task Endpoints_OfTheKey_AreAllItMayCall(string endpoint, bool isAllowed)
    {
        await using var host = await StartAsync(key => key.Endpoints.Add(endpoint));
        var answer = await host.SendAsync(TestRequest.Chat());

        if (isAllowed) Assert.Equal(200, (int)answer.StatusCode);
        else Assert.Equal((403, "endpoint_not_allowed"), Of(await Problem.ReadAsync(answer)));
    }

    [Theory]
    [InlineData("gpt-4o-mini", true)]
    [InlineData("gpt-4o*", true)]
    [InlineData("o3*", false)]
    public async Task Models_OfTheKey_AreAllItMayCall(string model, bool isAllowed)
    {
        await using var host = await StartAsync(key => key.Models.Add(model));
        var answer = await host.SendAsync(TestRequest.Chat());

        if (isAllowed) Assert.Equal(200, (int)answer.StatusCode);
        else Assert.Equal((403, "model_not_allowed"), Of(await Problem.ReadAsync(answer)));
    }

    [Fact]
    public async Task Caller_IsWhoTheKeyRecordSays()
    {
        await using var host = await StartAsync(key => (key.Client, key.User, key.Tenant, key.Device) = ("acme", "7", "north", "till-3"));
        var answer = await host.SendAsync(TestRequest.Chat().With("x-safellm-user", "42"));

        Assert.Equal("client=acme device=till-3 keyid=k-free tenant=north tier=FREE user=7", answer.Headers.GetValues("X-Who").Single());
    }

    [Theory]
    [InlineData(null, false, false, true)]
    [InlineData("north", false, false, true)]
    [InlineData("north", true, false, false)]
    [InlineData(null, true, false, true)]
    [InlineData(null, false, true, false)]
    public async Task KeyThatActsForUsers_WhomNothingLimitsTogether_IsWarnedOfAtStart(string? tenant, bool perTenant, bool pool, bool isWarned)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(_ => { })
        {
            Options = options =>
            {
                (options.Keys[0].ActsForUsers, options.Keys[0].Tenant) = (true, tenant);
                if (perTenant) options.Tiers["FREE"].PerTenant = new SafeLlmLimitOptions { DollarsPerDay = 5m };
                if (pool) options.Tiers["FREE"].Pool = new SafeLlmLimitOptions { DollarsPerDay = 5m };
            },
        });

        Assert.Equal(isWarned ? 1 : 0, host.Log.Of(Microsoft.Extensions.Logging.LogLevel.Warning).Count(line => line.Contains("The key k-free acts for users", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task User_NamedByAKeyThatActsForUsers_IsTheCallersAndIsCharged()
    {
        await using var host = await StartAsync(key => (key.Client, key.User, key.ActsForUsers) = ("acme", "7", true));
        var answer = await host.SendAsync(TestRequest.Chat().With("x-safellm-user", "42"));
        await host.IdleAsync();

        Assert.Contains("user=42", answer.Headers.GetValues("X-Who").Single(), StringComparison.Ordinal);
        Assert.Equal(1, (await host.StateAsync(Limit.Requests(10).PerMinute().For("user:acme/42"))).Spent);
        Assert.Equal(0, (await host.StateAsync(Limit.Requests(10).PerMinute().For("user:42"))).Spent);
        Assert.Equal(0, (await host.StateAsync(Limit.Requests(10).PerMinute().For("user:7"))).Spent);
    }

    [Fact]
    public async Task User_NamedWithoutASignatureOverTheName_IsRefused()
    {
        await using var host = await StartAsync(key => key.ActsForUsers = true);
        var request = host.Sign(TestRequest.Chat()).With("x-safellm-user", "42");

        Assert.Equal((401, "signature_coverage"), Of(await Problem.ReadAsync(await host.SendUnsignedAsync(request))));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData(201)]
    public async Task User_ThatIsNoName_IsRefused(object name)
    {
        await using var host = await StartAsync(key => key.ActsForUsers = true);
        var text = name as string ?? new string('u', (int)name);

        Assert.Equal((400, "member_invalid"), Of(await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat().With("x-safellm-user", text)))));
    }

    [Fact]
    public async Task PublicKey_InTheConfiguration_VerifiesWhatItsOwnerSigns()
    {
        var pair = SigningKey.GenerateEcdsaP256("k-free");
        await using var host = await StartAsync(key => (key.Algorithm, key.Secret, key.PublicKey) = ("ecdsa-p256-sha256", null, pair.ExportPublicPem()));

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), pair)).StatusCode);
        Assert.Equal((401, "signature_invalid"), Of(await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Free))));
    }

    /// <summary>Attack 15: the public half is everybody's, and must never be the secret of an hmac.</summary>
    [Theory]
    [InlineData("hmac-sha256", SignatureProfile.SafeLlmV1, false)]
    [InlineData("hmac-sha256", SignatureProfile.SafeLlmV1, true)]
    [InlineData("ecdsa-p256-sha256", SignatureProfile.SeedV0, false)]
    [InlineData("hmac-sha256", SignatureProfile.SeedV0, true)]
    public void Attack15_HmacKeyedWithThePublicKey_IsRefusedAtTheStart(string algorithm, SignatureProfile profile, bool isFile)
    {
        var pair = SigningKey.GenerateEcdsaP256("k");
        // In base64 it is a secret of 91 bytes, as PEM a text of more than 16.
        var text = profile == SignatureProfile.SeedV0 ? pair.ExportPublicPem() : Convert.ToBase64String(pair.Material.ExportPublic());
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        var errors = new List<string>();
        var key = new SafeLlmKeyOptions { KeyId = "k", Algorithm = algorithm, Profile = profile, PublicKey = isFile ? null : text, PublicKeyFile = isFile ? file : null };

        Assert.Null(KeySecret.Load(key, [], "Keys:0", errors));
        File.Delete(file);
        var error = Assert.Single(errors);
        Assert.StartsWith($"Keys:0:{(isFile ? "PublicKeyFile" : "PublicKey")} is given, and Keys:0:", error, StringComparison.Ordinal);
        Assert.Contains("Set Keys:0:Algorithm to ecdsa-p256-sha256 or ed25519", error, StringComparison.Ordinal);
    }

    [Fact]
    public void PrivateKey_InThePlaceOfThePublicOne_IsRefused()
    {
        var pair = SigningKey.GenerateEcdsaP256("k");
        var errors = new List<string>();

        Assert.Null(KeySecret.Load(new SafeLlmKeyOptions { KeyId = "k", Algorithm = "ecdsa-p256-sha256", PublicKey = pair.ExportPem() }, [], "Keys:0", errors));
        Assert.StartsWith("Keys:0:PublicKey: this is the private key", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain(pair.ExportPem()[40..80], errors[0], StringComparison.Ordinal);
        Assert.False(KeySecret.Load(new SafeLlmKeyOptions { KeyId = "k", Algorithm = "ecdsa-p256-sha256", PublicKey = pair.ExportPublicPem() }, [], "Keys:0", [])!.CanSign);
    }

    [Fact]
    public async Task TierOfAStoredKeyThatIsNotConfigured_ClosesTheDoorForThatKey()
    {
        var stored = new ShiftingKeys(new VerifierKey(TestKeys.Make("k-odd", "odd-secret-of-32-bytes-or-more-0004")) { Tier = "GOLD" });
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(Map) { Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Keys = stored } });

        Assert.Equal((503, "store_unavailable"), Of(await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), stored.All.Single().Key))));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        Assert.Contains("The key k-odd has the tier GOLD", host.Log.All, StringComparison.Ordinal);
    }

    private static (int, string) Of(Problem problem) => (problem.Status, problem.Code);

    private static void Map(WebApplication app) => app.MapPost("/v1/chat/completions", (HttpContext context) =>
    {
        context.Response.Headers["X-Who"] = string.Join(' ', context.User.Claims.OrderBy(claim => claim.Type, StringComparer.Ordinal).Select(claim => $"{claim.Type}={claim.Value}"));
        return Chats.Json(Chats.Answer());
    }).RequireSafeLlm();

    private static Task<VerifierHost> StartAsync(Action<SafeLlmKeyOptions> key) =>
        VerifierHost.StartAsync(new VerifierSetup(Map) { Options = options => key(options.Keys[0]) });
}
