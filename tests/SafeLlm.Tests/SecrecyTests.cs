using System.Net;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests;

/// <summary>Promise 7: secrets and prompts stay out of logs, exceptions and <c>ToString</c>, however a call ends.</summary>
public sealed class SecrecyTests
{
    private const string Prompt = "PROMPT-xyzzy-8812";
    private const string Said = "ANSWER-plugh-4471";
    private const string ApiKey = "sk-SECRET-00112233";

    public static TheoryData<string> Endings => ["whole", "429", "quota", "500", "401", "lost", "refused-budget", "refused-prompt", "malformed", "stream", "cut", "unknown-model", "timeout", "error-inside"];

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Call_HoweverItEnds_ShowsNeitherPromptNorSecret(string ending)
    {
        var world = new World();
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.ApiKey = ApiKey;
        world.Options.MaxAttempts = 1;
        world.With(Limit.Dollars(ending == "refused-budget" ? 0.000_001m : 1).PerDay());
        Script(world, ending);
        var client = world.Client();
        var request = new ChatRequest
        {
            Model = ending == "unknown-model" ? "nobody-knows" : World.Model,
            Messages = [PromptMessage.User(ending == "refused-prompt" ? $"\0{Prompt}\u0001" : Prompt)],
            MaxOutputTokens = 500,
        };

        var shown = new List<string?> { request.ToString(), request.Messages[0].ToString(), world.Options.ToString() };
        try
        {
            if (ending is "stream" or "cut" or "error-inside")
            {
                await foreach (var update in client.GetStreamingResponseAsync(request, TestContext.Current.CancellationToken)) shown.Add(update.ToString());
            }
            else
            {
                shown.Add((await client.GetResponseAsync(request, TestContext.Current.CancellationToken)).ToString());
            }
        }
        catch (Exception failure) when (failure is SafeLlmException or HttpRequestException or OperationCanceledException or IOException)
        {
            shown.Add(failure.ToString());
            shown.Add((failure as SafeLlmException)?.Refusal?.ToString());
        }

        shown.Add(world.LogText);
        var all = string.Join('\n', shown);
        foreach (var secret in (string[])[Prompt, Said, ApiKey, World.Secret, "secret-secret"]) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    private static void Script(World world, string ending)
    {
        var provider = world.Provider;
        switch (ending)
        {
            case "whole": provider.Then(Answers.Whole(Said, 10, 5)); break;
            case "429": provider.Then(Json(429, "rate_limit_exceeded")); break;
            case "quota": provider.Then(Json(429, "insufficient_quota")); break;
            case "500": provider.Then(Json(500, "server_error")); break;
            case "401": provider.Then(Json(401, "invalid_api_key")); break;
            case "lost": provider.Then(new HttpRequestException(HttpRequestError.ResponseEnded, "gone")); break;
            case "malformed": provider.Then(Answers.Json(HttpStatusCode.OK, $"{{\"choices\": \"{Said} {Prompt}")); break;
            case "stream": provider.Then(Answers.Sse(Answers.Delta(Said), Answers.Stop, Answers.Usage(5, 5), Answers.Done)); break;
            case "cut": provider.Then(Answers.Sse(Answers.Delta(Said))); break;
            case "error-inside": provider.Then(Answers.Sse(Answers.Delta(Said), $"data: {{\"error\":{{\"message\":\"{Prompt}\",\"code\":\"{Prompt} {ApiKey}\"}}}}\n\n")); break;
            case "timeout":
                provider.Then(async (_, token) =>
                {
                    var waiting = Task.Delay(Timeout.Infinite, token);
                    world.Time.Advance(world.Options.Timeout);
                    await waiting;
                    throw new InvalidOperationException();
                });
                break;
        }
    }

    private static HttpResponseMessage Json(int status, string code) =>
        Answers.Json((HttpStatusCode)status, $$$"""{"error":{"message":"{{{Prompt}}} {{{ApiKey}}}","type":"t","code":"{{{code}}}"}}""");
}
