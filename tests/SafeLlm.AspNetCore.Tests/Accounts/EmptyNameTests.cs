using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Keys of a store that is older than the check of its records: what all of them lack makes them nobody's, and not one another's.</summary>
public sealed class EmptyNameTests
{
    private static readonly SigningKey First = TestKeys.Make("k-1", "first-secret-of-32-bytes-or-more-1");
    private static readonly SigningKey Second = TestKeys.Make("k-2", "second-secret-of-32-bytes-or-more-2");

    [Fact]
    public async Task Strangers_WithoutATenantsName_ShareNoLimit()
    {
        var keys = new ShiftingKeys(Nobody(First), Nobody(Second));
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options =>
            {
                options.Tiers["FREE"].PerTenant = new SafeLlmLimitOptions { RequestsPerMinute = 1 };
                options.Tiers["FREE"].PerDevice = new SafeLlmLimitOptions { RequestsPerMinute = 1 };
            },
            Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Keys = keys },
        });

        foreach (var key in (SigningKey[])[First, Second])
        {
            Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), key)).StatusCode);
            await host.IdleAsync();
            Assert.Equal(1, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:" + key.KeyId))).Spent);
        }
    }

    [Fact]
    public void Things_OfAKeyWithoutNames_AreItsOwn()
    {
        Assert.Equal(("key:k-1", "key:k-2"), (Owner(Nobody(First)), Owner(Nobody(Second))));
        Assert.Equal("user:42", Owner(Nobody(First) with { User = "42" }));
        Assert.Equal("user:k-1/42", UserName.OfOther(Nobody(First), "42"));
        Assert.Equal(("key:k-1", "user:42"), (Tier.Scope(Nobody(First)), Tier.Scope(Nobody(First) with { User = "42" })));
    }

    private static string? Owner(VerifierKey key) =>
        TenantName.Of(new IncomingCall(new DefaultHttpContext(), null!, VerifierHost.Start) { Signature = new VerificationResult { Key = key }, User = key.User });

    private static VerifierKey Nobody(SigningKey key) => new(key) { Client = "", User = "", Tenant = "", Device = "", Tier = "FREE" };
}
