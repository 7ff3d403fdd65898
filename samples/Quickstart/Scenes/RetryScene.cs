using System.Diagnostics;
using SafeLlm.Testing;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class RetryScene : IScene
{
    public string Title => "A 429 is waited out as told";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var told = TimeSpan.FromMilliseconds(800);
        stage.Provider.Next(Fault.TooManyRequests(retryAfterMs: told));

        var clock = Stopwatch.StartNew();
        var answer = await stage.Client().GetResponseAsync("gpt-4.1-mini", "Say hello, in time.", maxOutputTokens: 100, cancellationToken);

        Unless(answer.Attempts == 2 && clock.Elapsed >= told, $"a second attempt after {told.TotalMilliseconds} ms");
        Unless(answer.Cost == stage.Provider.BilledTotal, "one bill for two attempts");
        return [$"told to wait {told.TotalMilliseconds} ms, answered by attempt {answer.Attempts} after {clock.Elapsed.TotalMilliseconds:0} ms, billed once: {answer.Cost}"];
    }
}
