using System.Diagnostics;
using System.Globalization;
using Quickstart;
using Quickstart.Scenes;
using Spectre.Console;

// Everything runs in this process, on loopback: a provider that counts and bills, a gateway that verifies, and clients.
IScene[] scenes =
[
    new QuotedCallScene(),
    new StreamedCallScene(),
    new BoundsScene(),
    new RefusedPromptScene(),
    new RetryScene(),
    new RaceScene(),
    new ForgeryScene(),
    new TierScene(),
    new CutStreamScene(),
    new RestartScene(),
];

// Lines are whole, wherever they go; a terminal breaks them by itself.
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 220);

using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
var clock = Stopwatch.StartNew();
var failed = 0;
foreach (var (index, scene) in scenes.Index())
{
    AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{index + 1}. {scene.Title}[/]");
    try
    {
        // A stage of its own for each scene: what one spends is no concern of the next.
        await using var stage = await Stage.StartAsync();
        foreach (var line in await scene.PlayAsync(stage, limit.Token)) AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"   {line}");
        await stage.ExpectNoOpenHoldsAsync(limit.Token);
    }
    catch (Exception exception)
    {
        // Any failure of a scene is a failure of the run; the scenes after it still tell what they can.
        failed++;
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"   [red]did not end as it should: {exception.Message}[/]");
        if (exception is not SceneFailedException) AnsiConsole.WriteException(exception, ExceptionFormats.ShortenPaths);
    }
}

AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{scenes.Length - failed} of {scenes.Length} scenes ended as they should, in {clock.Elapsed.TotalSeconds:0.0} s.[/]");
return failed == 0 ? 0 : 1;
