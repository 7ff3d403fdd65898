using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using SafeLlm.Testing;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>One call that two layers see is one call of its scope.</summary>
public sealed class LayeredClientsTests
{
    private const string Model = "gpt-4.1-mini";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Build_OverAClientThatIsSafeByItself_ThrowsAndSaysSo()
    {
        var client = SafeLlmClient.Create(new SafeLlmClientOptions { Endpoint = new Uri("http://127.0.0.1:1/v1"), AllowUnsigned = true }).AsIChatClient(Model, 100);

        var wrong = Assert.Throws<InvalidOperationException>(() => client.AsBuilder().UseSafeLlm(new SafeLlmClientOptions()).Build());

        Assert.Contains("Leave UseSafeLlm out", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_OverAHandlerOfSafeLlms_IsChargedToItsScopeOnce(bool streams)
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Over(provider, Model);
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 2 });

        for (var calls = 1; calls <= 2; calls++)
        {
            if (streams) await chat.GetStreamingResponseAsync("Say hello.", cancellationToken: Cancel).ToChatResponseAsync(Cancel);
            else await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

            Assert.Equal((calls, provider.BilledTotal), (run.Spent.Calls, run.Spent.Cost));
        }

        await Assert.ThrowsAsync<BudgetExceededException>(() => chat.GetResponseAsync("Say hello.", cancellationToken: Cancel));
        Assert.Equal(2, provider.Requests.Count);
    }

    /// <summary>A client that asks a second model beside the one it was asked for, or asks twice, makes bills that nobody above saw.</summary>
    [Theory]
    [InlineData(Model)]
    [InlineData("gpt-4o-mini")]
    public async Task Call_ThatTheClientMakesBesideIt_IsChargedAsOneMore(string beside)
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Over(provider, beside, Model);
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds());

        await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

        Assert.Equal(2, run.Spent.Calls);
        Assert.Equal(provider.BilledTotal, run.Spent.Cost);
    }

    [Fact]
    public async Task Call_AfterOneThatWasAdmitted_IsChargedByItself()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        var sender = new SendingClient(provider.BaseAddress, [Model]);
        using var chat = new FakeChatClient().AsBuilder().UseSafeLlm(new SafeLlmClientOptions()).Build();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds());
        await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);
        await foreach (var _ in chat.GetStreamingResponseAsync("Say hello.", cancellationToken: Cancel))
        {
            await sender.GetResponseAsync([new(ChatRole.User, "Say hello.")], cancellationToken: Cancel);
            break;
        }

        Assert.Equal(3, run.Spent.Calls);
    }

    private static IChatClient Over(ProviderDouble provider, params string[] models) =>
        new SendingClient(provider.BaseAddress, models).AsBuilder().UseSafeLlm(new SafeLlmClientOptions()).Build();

    /// <summary>Sends a request for each of some models through a SafeLlmHandler, and tells the last one's usage.</summary>
    private sealed class SendingClient(Uri address, string[] models) : IChatClient
    {
        private readonly HttpClient http = new(SafeLlmHandler.Create(new SafeLlmClientOptions { AllowUnsigned = true })) { BaseAddress = address };

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            ChatResponse? last = null;
            foreach (var model in models)
            {
                using var sent = JsonContent.Create(new { model, max_completion_tokens = 100, messages = new[] { new { role = "user", content = "Say hello." } } });
                using var response = await http.PostAsync("chat/completions", sent, cancellationToken);
                var usage = (await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(cancellationToken)).GetProperty("usage");
                last = new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello!"))
                {
                    Usage = new() { InputTokenCount = usage.GetProperty("prompt_tokens").GetInt64(), OutputTokenCount = usage.GetProperty("completion_tokens").GetInt64() },
                };
            }

            return last!;
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("fake", null, Model) : null;

        public void Dispose() => http.Dispose();
    }
}
