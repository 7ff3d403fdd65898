using System.Text;
using System.Text.Json;
using SafeLlm.AspNetCore;
using SafeLlm.Sqlite;
using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Two gateways in front of one account of the provider: what one of them handed out to a tenant is good on both, for this tenant alone.</summary>
public sealed class IssuedIdTests : IDisposable
{
    private const string A = "key-of-a";
    private const string B = "key-of-b";

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-ids-").FullName;

    private string Store => Path.Combine(folder, "safellm.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Response_OfANode_IsContinuedOnAnotherByItsTenantAlone_AndAfterARestart(bool streamed)
    {
        using var transcript = new Transcript();
        await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { ApiKey = Secrets.ProviderKey }, Cancellation);
        string id;
        await using (var two = await StartAsync(provider, transcript))
        {
            await using var one = await StartAsync(provider, transcript);
            id = await MakeAsync(one, streamed);
            await ArrivedAsync(id);

            Assert.Equal((200, null), await ContinueAsync(two, A, id));
            Assert.Equal((404, "not_issued"), await ContinueAsync(two, B, id));
            Assert.Equal((404, "not_issued"), await ContinueAsync(one, B, id));
        }

        // Nobody of those who knew it lives on.
        await using var later = await StartAsync(provider, transcript);
        Assert.Equal((200, null), await ContinueAsync(later, A, id));
        Assert.Equal((404, "not_issued"), await ContinueAsync(later, B, id));
        Assert.Equal(3, provider.Requests.Count);
    }

    [Fact]
    public async Task Response_MadeJustBeforeAStop_IsKept()
    {
        using var transcript = new Transcript();
        await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { ApiKey = Secrets.ProviderKey }, Cancellation);
        string id;
        await using (var one = await StartAsync(provider, transcript))
        {
            id = await MakeAsync(one, streamed: false);
            await one.StopAsync();
        }

        await using var two = await StartAsync(provider, transcript);
        Assert.Equal((200, null), await ContinueAsync(two, A, id));
    }

    private static void Configure(SafeLlmVerifierOptions options)
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.Tiers["pro"] = new SafeLlmTierOptions { TokensPerDay = 100_000_000, DollarsPerDay = 1_000m, MaxOutputTokens = 8_000, Account = new SafeLlmAccountOptions { Store = true } };
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = A, Secret = Secrets.SigningSecret, Tier = "pro", Tenant = "a" });
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = B, Secret = Secrets.SigningSecret, Tier = "pro", Tenant = "b" });
    }

    private Task<Gateway> StartAsync(ProviderDouble provider, Transcript transcript) => Gateway.StartAsync(provider.Root, TimeProvider.System, transcript, Configure, Store);

    // It is written behind the answer, for nobody shall wait for it.
    private async Task ArrivedAsync(string id)
    {
        using var store = new SqliteIssuedIdStore(Store, TimeProvider.System);
        while (!await store.AreOfAsync("tenant:a", [id], Cancellation)) await Task.Yield();
    }

    private static async Task<string> MakeAsync(Gateway gateway, bool streamed)
    {
        using var response = await SendAsync(gateway, A, streamed ? ",\"stream\":true" : "");
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        if (streamed) text = text.Split('\n').First(line => line.Contains("response.created", StringComparison.Ordinal) && line.StartsWith("data:", StringComparison.Ordinal))[5..];
        var json = JsonElement.Parse(text);
        return (streamed ? json.GetProperty("response") : json).GetProperty("id").GetString()!;
    }

    private static async Task<(int Status, string? Code)> ContinueAsync(Gateway gateway, string keyId, string id)
    {
        using var response = await SendAsync(gateway, keyId, $",\"previous_response_id\":\"{id}\"");
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : JsonElement.Parse(text).GetProperty("code").GetString());
    }

    private static async Task<HttpResponseMessage> SendAsync(Gateway gateway, string keyId, string more)
    {
        using var http = new HttpClient();
        var body = Encoding.UTF8.GetBytes($$"""{"model":"{{Scene.Model}}","max_output_tokens":50,"input":"Say hello."{{more}}}""");
        using var message = SignedMessage.Post(new Uri(gateway.Address, "/v1/responses"), body, keyId, TimeProvider.System);
        return await http.SendAsync(message, Cancellation);
    }
}
