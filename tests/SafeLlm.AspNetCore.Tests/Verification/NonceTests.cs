using Microsoft.AspNetCore.Builder;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Only what verified whole uses a nonce up (public vectors p-seq-1 to p-seq-3).</summary>
public sealed class NonceTests
{
    private const string Nonce = "CCCCCCCCCCCCCCCCCCCCCC";

    [Fact]
    public async Task AForgedRequest_DoesNotBurnTheHonestOnesNonce()
    {
        await using var host = await StartAsync();
        var honest = Signed(host, TestRequest.Chat());
        var forged = Signed(host, TestRequest.Chat()).With("signature", "safellm=:" + Convert.ToBase64String(new byte[32]) + ":");

        Assert.Equal("signature_invalid", (await Problem.ReadAsync(await host.SendUnsignedAsync(forged))).Code);
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(honest)).StatusCode);
    }

    [Fact]
    public async Task CapturedHeadersWithAnotherBody_DoNotBurnTheNonce()
    {
        await using var host = await StartAsync();
        var honest = Signed(host, TestRequest.Chat());
        var captured = Signed(host, TestRequest.Chat());
        captured.Body[^5] ^= 1;

        Assert.Equal("digest_mismatch", (await Problem.ReadAsync(await host.SendUnsignedAsync(captured))).Code);
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(honest)).StatusCode);
    }

    [Fact]
    public async Task ANonceUsedAgainForAnotherBody_IsAReplay()
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (int)(await host.SendUnsignedAsync(Signed(host, TestRequest.Chat()))).StatusCode);
        Assert.Equal("signature_replayed", (await Problem.ReadAsync(await host.SendUnsignedAsync(Signed(host, TestRequest.Chat(Chats.Request("Another.")))))).Code);
    }

    [Fact]
    public async Task ARequestRefusedForItsContent_UsesItsNonceUp()
    {
        await using var host = await StartAsync();
        var request = Signed(host, TestRequest.Chat(Chats.Request(" ")));

        Assert.Equal("prompt_rejected", (await Problem.ReadAsync(await host.SendUnsignedAsync(request))).Code);
        Assert.Equal("signature_replayed", (await Problem.ReadAsync(await host.SendUnsignedAsync(request))).Code);
    }

    [Fact]
    public async Task ARequestDeniedByALimit_UsesItsNonceUp()
    {
        await using var host = await StartAsync(options => options.Tiers["FREE"].TokensPerDay = 40);
        var request = Signed(host, TestRequest.Chat());

        Assert.Equal("budget_exceeded", (await Problem.ReadAsync(await host.SendUnsignedAsync(request))).Code);
        Assert.Equal("signature_replayed", (await Problem.ReadAsync(await host.SendUnsignedAsync(request))).Code);
    }

    [Fact]
    public async Task TheSameNonceUnderAnotherKey_IsAnotherNonce()
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (int)(await host.SendUnsignedAsync(Signed(host, TestRequest.Chat()))).StatusCode);
        var other = host.Sign(TestRequest.Chat());
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(HandSigner.Sign(other, TestKeys.Pro, VerifierHost.Start, Nonce, HandSigner.All))).StatusCode);
    }

    [Fact]
    public async Task ManyCopiesAtOnce_AreAcceptedExactlyOnce()
    {
        await using var host = await StartAsync();
        var request = Signed(host, TestRequest.Chat());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.SendUnsignedAsync(request)));

        Assert.Single(answers, answer => (int)answer.StatusCode == 200);
        Assert.Equal(19, answers.Count(answer => (int)answer.StatusCode == 401));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    private static TestRequest Signed(VerifierHost host, TestRequest request) =>
        HandSigner.Sign(host.Sign(request), TestKeys.Free, VerifierHost.Start, Nonce, HandSigner.All);

    private static Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm()) { Options = options });
}
