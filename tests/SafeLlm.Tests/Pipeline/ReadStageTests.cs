using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pipeline;

public sealed class ReadStageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://llm.example.com/v1/chat/completions")]
    [InlineData("http://127.0.0.1:5000/v1/chat/completions")]
    [InlineData("http://localhost/v1/chat/completions")]
    [InlineData("http://api.openai.com/v1/chat/completions")]
    [InlineData("https://api.openai.com.example.net/v1/chat/completions")]
    [InlineData("https://api.openai.com:8443/v1/chat/completions")]
    public async Task Send_UnknownHostWithoutKey_IsRefused(string address)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(), address), Cancel));

        Assert.Equal(RefusalCode.Unsigned, refused.Code);
        Assert.Empty(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_UnknownHostAllowedUnsigned_IsSent()
    {
        var world = new World();
        world.Options.AllowUnsigned = true;

        using var response = await world.Http.SendAsync(World.Request(World.Body(), "http://127.0.0.1:5000/v1/chat/completions"), Cancel);

        Assert.True(response.IsSuccessStatusCode);
        Assert.DoesNotContain("Signature", world.Provider.Requests.Single().Headers.Keys);
    }

    [Fact]
    public async Task Send_OtherHostThanTheSignedOne_GetsNothingOfOurs()
    {
        var world = new World();
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        var headers = world.Provider.Requests.Single().Headers.Keys;
        Assert.DoesNotContain(headers, name => name.StartsWith("Signature", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Digest", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-safellm", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Send_WithHeadersThatTheServerActsOn_CoversThem()
    {
        var world = new World();
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        world.Options.CoveredHeaders.Add("X-Act-As");
        using var request = World.Request(World.Body(), "https://gateway.example.com/v1/chat/completions");
        foreach (var name in (string[])["X-Act-As", "anthropic-beta", "X-Other"]) request.Headers.Add(name, "1");

        using var response = await world.Http.SendAsync(request, Cancel);

        var input = world.Provider.Requests.Single().Headers["Signature-Input"].Single();
        Assert.Contains("\"x-act-as\"", input, StringComparison.Ordinal);
        Assert.Contains("\"anthropic-beta\"", input, StringComparison.Ordinal);
        Assert.DoesNotContain("x-other", input, StringComparison.Ordinal);
    }

    /// <summary>What the server sees is signed, not what was written: .NET sends the methods that it knows in upper case, and a verifier takes the default port off.</summary>
    [Theory]
    [InlineData("post", null)]
    [InlineData("POST", "gateway.example.com:443")]
    [InlineData("POST", "Gateway.Example.com")]
    public async Task Send_WrittenOtherwise_IsSignedAsItArrives(string method, string? host)
    {
        var world = new World();
        var key = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.SigningKey = key;
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        using var request = World.Request(World.Body(), "https://gateway.example.com/v1/chat/completions");
        request.Method = new HttpMethod(method);
        request.Headers.Host = host;

        using var response = await world.Http.SendAsync(request, Cancel);

        var arrived = new ReceivedSignable(world.Provider.Requests.Single()) { Method = "POST" };
        Assert.Equal(SignatureReason.None, new RequestVerifier(new VerifierPolicy()).VerifyHead(arrived, new SigningKeyRing([new VerifierKey(key)]), world.Time.GetUtcNow()).Reason);
    }

    [Fact]
    public async Task Send_UnknownRoute_IsRefused()
    {
        var world = new World();

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request("{}", "https://api.openai.com/v1/brand/new"), Cancel));

        Assert.Equal(RefusalCode.UnknownRoute, refused.Code);
        Assert.Empty(world.Provider.Requests);
    }

    [Theory]
    [InlineData("{\"model\":\"gpt-4.1-mini\",\"messages\":[")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\u0001")]
    public async Task Send_MalformedBody_IsRefusedWithoutItsText(string body)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());

        await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(body), Cancel));

        Assert.Empty(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_BodyAboveTheMost_IsRefused()
    {
        var world = new World();
        world.Options.MaxRequestBytes = 2_000;

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(prompt: new string('a', 3_000))), Cancel));

        Assert.Equal(RefusalCode.BodyTooLarge, refused.Code);
        Assert.Contains("2,000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_StreamedBodyAboveTheMost_IsRefused()
    {
        var world = new World();
        world.Options.MaxRequestBytes = 2_000;
        var request = new HttpRequestMessage(HttpMethod.Post, World.Chat) { Content = new StreamContent(new PiecewiseStream(new string('a', 1_500), new string('a', 1_500))) };

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => world.Http.SendAsync(request, Cancel));

        Assert.Equal(RefusalCode.BodyTooLarge, Assert.IsType<RequestRejectedException>(refused).Code);
    }

    [Fact]
    public async Task Send_ModelsList_PassesAsOneRequest()
    {
        var limit = Limit.Requests(5).PerMinute();
        var world = new World().With(limit);

        using var response = await world.Http.GetAsync(new Uri("https://api.openai.com/v1/models"), Cancel);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(1, (await world.StateAsync()).Spent);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_CallersMessage_IsAsItWasAfterwards()
    {
        var world = new World();
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        using var request = World.Request(World.Body(bound: null), "https://gateway.example.com/v1/chat/completions");
        var content = request.Content;

        using var response = await world.Http.SendAsync(request, Cancel);

        Assert.Same(content, request.Content);
        Assert.False(request.Headers.NonValidated.Contains("Signature"));
        Assert.Contains("Signature", world.Provider.Requests.Single().Headers.Keys);
    }

    [Fact]
    public void Send_Synchronous_PassesThePipeline()
    {
        var world = new World();

        using var invoker = new HttpMessageInvoker(world.Handler, disposeHandler: false);
        Assert.Throws<RequestRejectedException>(() => invoker.Send(World.Request("{}", "https://api.openai.com/v1/brand/new"), Cancel));

        Assert.Empty(world.Provider.Requests);
    }
}
