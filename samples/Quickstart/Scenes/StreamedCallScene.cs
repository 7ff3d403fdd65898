using SafeLlm;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class StreamedCallScene : IScene
{
    public string Title => "A streamed call: pieces as they come, usage and cost with the last";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var pieces = 0;
        ChatUpdate? last = null;
        await foreach (var update in stage.Client().GetStreamingResponseAsync("gpt-4.1-mini", "Count the seas.", maxOutputTokens: 120, cancellationToken))
        {
            if (update.Text.Length > 0) pieces++;
            last = update;
        }

        Unless(pieces > 1 && last is { IsLast: true, Usage.IsReported: true }, "several pieces, and usage with the last");
        Unless(last!.Cost == stage.Provider.BilledTotal, "the settled cost to be what the provider bills");
        return [$"{pieces} pieces, then: {last.Usage!.InputTokens} tokens in, {last.Usage.OutputTokens} out, {last.Cost}"];
    }
}
