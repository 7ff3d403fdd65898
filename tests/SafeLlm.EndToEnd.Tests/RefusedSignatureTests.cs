using System.Text;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Requests that an attacker, a wrong clock or a lost key has touched: refused before a byte reaches the provider.</summary>
public sealed class RefusedSignatureTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    public static TheoryData<bool> Shapes => [false, true];

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Body_ChangedOnTheWay_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup
        {
            Tamper = async (request, send, token) =>
            {
                var body = await request.Content!.ReadAsStringAsync(token);
                return await send(With(request, body.Replace("Tell me", "Sell me", StringComparison.Ordinal)), token);
            },
        },
        RefusalCode.DigestMismatch,
        400);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Body_AndDigestChangedOnTheWay_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup
        {
            Tamper = async (request, send, token) =>
            {
                var body = Encoding.UTF8.GetBytes((await request.Content!.ReadAsStringAsync(token)).Replace("Tell me", "Sell me", StringComparison.Ordinal));
                var changed = With(request, Encoding.UTF8.GetString(body));
                changed.Headers.Remove("Content-Digest");
                changed.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(body))}:");
                return await send(changed, token);
            },
        },
        RefusalCode.SignatureInvalid,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Query_AddedOnTheWay_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup
        {
            Tamper = (request, send, token) =>
            {
                request.RequestUri = new Uri(request.RequestUri + "?free=1");
                return send(request, token);
            },
        },
        RefusalCode.SignatureInvalid,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Clock_TenMinutesSlow_IsRefusedWithTheGatewaysTime(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { ClientClock = -Long },
        RefusalCode.SignatureExpired,
        401,
        scene => Assert.True(scene.Wire.LastProblem!.Has("server_time")));

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Clock_TenMinutesFast_IsRefusedWithTheGatewaysTime(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { ClientClock = Long },
        RefusalCode.SignatureNotYetValid,
        401,
        scene => Assert.True(scene.Wire.LastProblem!.Has("server_time")));

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Key_ThatNobodyKnows_IsRefusedLikeAWrongOne(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { Client = client => client.SigningKey = Secrets.SigningKey("stranger") },
        RefusalCode.SignatureInvalid,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Key_WithAnotherSecret_IsRefusedLikeAnUnknownOne(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { Client = client => client.SigningKey = Signing.SigningKey.GenerateHmac(Scene.KeyId) },
        RefusalCode.SignatureInvalid,
        401);

    [Fact]
    public async Task Keys_UnknownAndWrong_AreAnsweredWithTheSameBytes()
    {
        string? unknown = null, wrong = null;
        await Scene.PlayAsync(new SceneSetup { Client = client => client.SigningKey = Secrets.SigningKey("stranger") }, async scene => unknown = await AnswerAsync(scene));
        await Scene.PlayAsync(new SceneSetup { Client = client => client.SigningKey = Signing.SigningKey.GenerateHmac(Scene.KeyId) }, async scene => wrong = await AnswerAsync(scene));

        Assert.Equal(unknown, wrong);

        static async Task<string> AnswerAsync(Scene scene)
        {
            await scene.CallAsync(streamed: false);
            var problem = scene.Wire.LastProblem!;
            return problem.Content.GetRawText().Replace(problem.Content.GetProperty("request_id").GetString()!, "", StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Key_ThatWasRevoked_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { Key = key => key.RevokedAt = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) },
        RefusalCode.KeyRevoked,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Key_PastItsEnd_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { Key = key => key.NotAfter = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) },
        RefusalCode.KeyExpired,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Signature_ThatIsMissing_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup { Client = client => (client.SigningKey, client.AllowUnsigned) = (null, true) },
        RefusalCode.SignatureRequired,
        401);

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Signature_ThatNobodyCouldMake_NeverLeavesTheClient(bool streamed) => await Scene.PlayAsync(
        new SceneSetup { Client = client => client.SigningKey = null },
        async scene =>
        {
            Assert.Equal(RefusalCode.Unsigned, (await scene.CallAsync(streamed)).Failed<RequestRejectedException>().Code);
            Assert.Null(scene.Wire.LastProblem);
        });

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Authority_ChangedOnTheWay_IsRefused(bool streamed) => RefusedAsync(
        streamed,
        new SceneSetup
        {
            Tamper = (request, send, token) =>
            {
                request.Headers.Host = "other.example";
                return send(request, token);
            },
        },
        RefusalCode.WrongAuthority,
        421);

    [Theory]
    [MemberData(nameof(Shapes))]
    public Task Request_SentTwice_RunsOnceAndIsRefusedTheSecondTime(bool streamed) => Scene.PlayAsync(
        new SceneSetup
        {
            Tamper = async (request, send, token) =>
            {
                var copy = With(request, await request.Content!.ReadAsStringAsync(token));
                using (var first = await send(request, token)) await first.Content.ReadAsByteArrayAsync(token);
                return await send(copy, token);
            },
        },
        async scene =>
        {
            var refusal = (await scene.CallAsync(streamed)).Failed<RequestRejectedException>();

            Assert.Equal(RefusalCode.SignatureReplayed, refusal.Code);
            Assert.Equal((401, "signature_replayed"), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
            Assert.Single(scene.Provider.Requests);
            Assert.Equal(scene.Provider.BilledTotal.Value, await scene.GatewaySpentAsync());
        },
        clientMayMiss: true);

    private static Task RefusedAsync(bool streamed, SceneSetup setup, RefusalCode code, int status, Action<Scene>? more = null) => Scene.PlayAsync(setup, async scene =>
    {
        var refusal = (await scene.CallAsync(streamed)).Failed<RequestRejectedException>();

        Assert.Equal(code, refusal.Code);
        Assert.Equal((status, code.Name()), (scene.Wire.LastProblem!.Status, scene.Wire.LastProblem.Code));
        Assert.False(scene.Wire.LastProblem.Has("limits"));
        Assert.Empty(scene.Provider.Requests);
        Assert.Equal(0, await scene.ClientSpentAsync());
        Assert.Equal(0, await scene.GatewaySpentAsync());
        more?.Invoke(scene);
    });

    private static HttpRequestMessage With(HttpRequestMessage request, string body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (var header in request.Headers.NonValidated) copy.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
        copy.Content.Headers.TryAddWithoutValidation("Content-Type", request.Content!.Headers.NonValidated["Content-Type"].ToString());
        return copy;
    }
}
