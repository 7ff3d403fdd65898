using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>
/// Pins the order of the checks (signing profile, A7): each request is wrong in two ways that follow each other, and the earlier
/// check answers.
/// </summary>
public sealed class OrderTests
{
    private static readonly string LongPrompt = new('a', 3000);

    private FaultyStores stores = null!;

    [Fact]
    public Task TheHost_ComesBeforeTheDeclaredLength() =>
        ExpectAsync("wrong_authority", host => host.SendAsync(TestRequest.Chat(Chats.Request(LongPrompt)).With("host", "evil.example.com")));

    [Fact]
    public Task TheDeclaredLength_ComesBeforeTheSignature() =>
        ExpectAsync("body_too_large", host => host.SendUnsignedAsync(TestRequest.Chat(Chats.Request(LongPrompt))));

    [Fact]
    public Task TheSignature_ComesBeforeTheStores()
    {
        return ExpectAsync("signature_invalid", host =>
        {
            stores.FailsReads = true;
            return host.SendAsync(TestRequest.Chat(), TestKeys.Stranger);
        });
    }

    [Fact]
    public Task ThePeek_ComesBeforeTheContentType() =>
        ExpectAsync("store_unavailable", host =>
        {
            stores.FailsReads = true;
            return host.SendAsync(TestRequest.Chat().With("content-type", "text/plain"));
        });

    [Fact]
    public Task TheContentType_ComesBeforeTheContent() =>
        ExpectAsync("unsupported_content", host =>
        {
            var request = host.Sign(TestRequest.Chat(Chats.Request(LongPrompt)).With("content-type", "text/plain"));
            request.IsChunked = true;
            return host.SendUnsignedAsync(request);
        });

    [Fact]
    public Task TheCapOfTheContent_ComesBeforeItsDigest() =>
        ExpectAsync("body_too_large", host =>
        {
            var request = host.Sign(TestRequest.Chat(Chats.Request(LongPrompt)));
            request.Body[^5] ^= 1;
            request.IsChunked = true;
            return host.SendUnsignedAsync(request);
        });

    [Fact]
    public async Task TheDigest_ComesBeforeTheKeysSecondLook()
    {
        var keys = new RevokingKeys();
        await ExpectAsync(
            "digest_mismatch",
            host =>
            {
                var request = host.Sign(TestRequest.Chat());
                request.Body[^5] ^= 1;
                return host.SendUnsignedAsync(request);
            },
            keys);

        await ExpectAsync("key_revoked", host => host.SendAsync(TestRequest.Chat("{")), keys);
    }

    [Fact]
    public Task TheJson_ComesBeforeThePrompt() =>
        ExpectAsync("json_duplicate_key", host => host.SendAsync(TestRequest.Chat(Chats.Request(" ", more: "\"x\":1,\"x\":1,"))));

    [Fact]
    public Task ThePrompt_ComesBeforeTheModel() =>
        ExpectAsync("prompt_rejected", host => host.SendAsync(TestRequest.Chat(Chats.Request(" ", model: "gpt-from-nowhere"))));

    [Fact]
    public Task TheModel_ComesBeforeTheBound() =>
        ExpectAsync("unknown_model", host => host.SendAsync(TestRequest.Chat(Chats.Request(model: "gpt-from-nowhere", bound: "\"max_tokens\":50,\"n\":501,"))));

    [Fact]
    public Task TheBound_ComesBeforeTheHold() =>
        ExpectAsync("member_invalid", host =>
        {
            stores.FailsHolds = true;
            return host.SendAsync(TestRequest.Chat(Chats.Request(bound: "\"max_tokens\":50,\"n\":501,")));
        });

    private async Task ExpectAsync(string code, Func<VerifierHost, Task<HttpResponseMessage>> send, ISigningKeyStore? keys = null)
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options => options.MaxBodyBytes = 2048,
            Stores = time => (stores = new FaultyStores(InMemoryStoreHostExtensions.InMemory(time))).Stores,
            Keys = keys,
        });

        Assert.Equal(code, (await Problem.ReadAsync(await send(host))).Code);
    }

    /// <summary>Gives a key that is good at the first look of each request and revoked at the second.</summary>
    private sealed class RevokingKeys : ISigningKeyStore
    {
        private int looks;

        public VerifierKey? Find(string keyId) =>
            new(TestKeys.Free) { Tier = "FREE", RevokedAt = looks++ % 2 == 0 ? null : VerifierHost.Start };
    }
}
