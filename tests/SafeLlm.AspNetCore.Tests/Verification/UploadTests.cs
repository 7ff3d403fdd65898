using System.Globalization;
using Microsoft.AspNetCore.Builder;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>How many requests of one key may be sending their content: such a request has no hold yet, and takes memory all the same.</summary>
public sealed class UploadTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(256, 1)]
    public async Task AnUploadOverWhatAKeyMaySendAtATime_IsRefusedAndCountsNothing(int most, int? concurrentCalls)
    {
        await using var host = await StartAsync(options =>
        {
            options.MaxUploadsPerKey = most;
            options.Tiers["FREE"].ConcurrentCalls = concurrentCalls;
        });
        using var slow = await BeginAsync(host, TestKeys.Free, out var rest);

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        Assert.Equal((429, "rate_limited"), (problem.Status, problem.Code));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), TestKeys.Pro)).StatusCode);
        Assert.Equal(0, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:k-free"))).Spent);

        await slow.SendAsync(rest);
        Assert.Contains("HTTP/1.1 200", await slow.ReadUntilAsync("walrus"), StringComparison.Ordinal);

        // Its last byte comes before its settlement, which gives the place back.
        await host.IdleAsync();
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    [Fact]
    public async Task AnUploadWhoseSenderIsGone_GivesItsPlaceBack()
    {
        await using var host = await StartAsync(options => options.MaxUploadsPerKey = 1);
        var slow = await BeginAsync(host, TestKeys.Free, out _);
        slow.Reset();
        await host.IdleAsync();

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }

    private static Task<RawExchange> BeginAsync(VerifierHost host, Signing.SigningKey key, out byte[] rest)
    {
        var request = host.Sign(TestRequest.Chat(), key);
        rest = request.Body[1..];
        return SendAsync();

        async Task<RawExchange> SendAsync()
        {
            var raw = new RawExchange(host.Connect());
            await raw.SendAsync(request.Head("Expect: 100-continue", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}")));
            // Sent when the content is read, and so when it has its place.
            await raw.ReadUntilAsync("100 Continue");
            await raw.SendAsync(request.Body[..1]);
            return raw;
        }
    }

    private static Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions> options) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm()) { Options = options });
}
