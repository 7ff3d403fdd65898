using System.Text;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using SafeLlm.Sqlite;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Client and gateway keep everything in one file, and both start anew from it.</summary>
public sealed class StoreFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-store-").FullName;

    private SceneSetup Setup => new()
    {
        Store = Path.Combine(folder, "safellm.db"),
        Tier = tier => tier.RequestsPerMinute = 3,
        Client = client => client.MaxAttempts = 1,
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spending_OfBothSides_SurvivesARestart(bool streamed)
    {
        long spent = 0;
        await Scene.PlayAsync(Setup, async scene =>
        {
            (await scene.CallAsync(streamed)).Succeeded();
            (await scene.CallAsync(streamed)).Succeeded();
            await scene.AssertChargedAsBilledAsync();
            spent = await scene.ClientSpentAsync();
        });

        await Scene.PlayAsync(Setup, async scene =>
        {
            Assert.Equal((spent, spent), (await scene.ClientSpentAsync(), await scene.GatewaySpentAsync()));
            (await scene.CallAsync(streamed)).Succeeded();

            // The minute knows of the two before the restart.
            (await scene.CallAsync(streamed)).Failed<RateLimitedException>();
            Assert.Equal(spent + scene.Provider.BilledTotal.Value, await scene.ClientSpentAsync());
            Assert.Equal(spent + scene.Provider.BilledTotal.Value, await scene.GatewaySpentAsync());
        });
    }

    [Fact]
    public async Task Request_UsedBeforeARestart_IsRefusedAfterIt()
    {
        var body = Encoding.UTF8.GetBytes(Scene.Body(""","max_tokens":50"""));
        SignedHeaders? signed = null;
        Uri? before = null;
        await Scene.PlayAsync(Setup, async scene =>
        {
            before = new Uri(scene.Gateway.Address, "/v1/chat/completions");
            signed = SignedHeaders.Of(new RequestSigner(scene.Time).Sign(new RawSignable(before, "application/json"), body, Secrets.SigningKey(Scene.KeyId)));
            Assert.Equal(200, await SendAsync(before, before, body, signed));
        }, clientMayMiss: true);

        await Scene.PlayAsync(Setup, async scene =>
        {
            // To the new port, under the name that was signed.
            Assert.Equal(401, await SendAsync(new Uri(scene.Gateway.Address, "/v1/chat/completions"), before!, body, signed!));
            Assert.Empty(scene.Provider.Requests);
        });
    }

    [Fact]
    public async Task Journal_OfBothSides_IsOneWholeChain()
    {
        var billed = NanoUsd.Zero;
        await Scene.PlayAsync(Setup, async scene =>
        {
            (await scene.CallAsync(streamed: false)).Succeeded();
            billed = scene.Provider.BilledTotal;
        });

        Assert.Null(SqliteJournal.Verify(Setup.Store!).Finding);
        using var reader = new SqliteStoreReader(Setup.Store!, TimeProvider.System);
        var lines = await reader.ReadJournalAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal((JournalOutcome.Reported, Scene.Model, billed), (line.Outcome, line.Model, line.Actual!.Value.Cost)));
        Assert.Contains(lines, line => line.Scopes.Contains("app"));
        Assert.Contains(lines, line => line.Scopes.Contains("key:" + Scene.KeyId));
    }

    private static async Task<int> SendAsync(Uri address, Uri signedFor, byte[] body, SignedHeaders signed)
    {
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Headers.Host = signedFor.Authority;
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in signed.All) message.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private sealed record SignedHeaders((string Name, string Value)[] All)
    {
        public static SignedHeaders Of(SignatureHeaders signature) =>
            new([("Content-Digest", signature.ContentDigest!), ("Signature-Input", signature.SignatureInput), ("Signature", signature.Signature)]);
    }
}
