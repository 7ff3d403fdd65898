using System.Net.Http.Json;
using System.Text.Json;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class BoundsScene : IScene
{
    public string Title => "A call without an output bound is given one; one far over it is lowered";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        using var http = stage.Http(options =>
        {
            options.DefaultMaxOutputTokens = 1_000;
            options.MaxOutputTokens = 2_000;
        });
        object[] messages = [new { role = "user", content = "Write all there is to know about tides." }];

#pragma warning disable SLLM002, SLLM004 // the scene shows what SafeLlm makes of exactly these two
        using var unbounded = await http.PostAsJsonAsync("chat/completions", new { model = "gpt-4.1-mini", messages }, cancellationToken);
        using var excessive = await http.PostAsJsonAsync("chat/completions", new { model = "gpt-4.1-mini", messages, max_completion_tokens = 1_000_000 }, cancellationToken);
#pragma warning restore SLLM002, SLLM004

        var given = Bound(stage.Provider.Requests[0].Json);
        var lowered = Bound(stage.Provider.Requests[1].Json);
        Unless(unbounded.IsSuccessStatusCode && excessive.IsSuccessStatusCode, "both calls to be answered");
        Unless(given == 1_000 && lowered == 2_000, "the provider to see bounds of 1,000 and 2,000");
        return [$"no bound         → the provider saw {given:N0} tokens", $"1,000,000 tokens → the provider saw {lowered:N0} tokens"];
    }

    private static int? Bound(JsonElement request) =>
        request.TryGetProperty("max_completion_tokens", out var bound) || request.TryGetProperty("max_tokens", out bound) ? bound.GetInt32() : null;
}
