using SafeLlm.Benchmarks.Verifier;
using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// What verifying costs the server, in its own processor time: signed calls beside JWT bearer authentication on the same endpoint, and
/// refusals beside a bare 401. All kinds in turn, many rounds, medians; requests are made before each round.
/// </summary>
internal sealed class VerifierArea : ICompareArea
{
    private const int RequestsARound = 6_000;
    private const int WarmUps = 4;
    private const int Rounds = 15;
    private const string Safe = "/safe";

    private readonly RenderedRequests requests = new();

    public string Name => "verifier";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        var stranger = SigningKey.GenerateHmac("bench");
        var used = requests.Signed(server.Port, Safe, 1);
        await LoadGenerator.SendAsync(server.Port, used, 200);
        var kinds = new Dictionary<string, Func<Task<TimeSpan>>>(StringComparer.Ordinal)
        {
            ["bare"] = () => RoundAsync(server, server.Port, requests.Plain(server.Port, "/bare", RequestsARound), 200),
            ["bare401"] = () => RoundAsync(server, server.Port, requests.Plain(server.Port, "/bare401", RequestsARound), 401),
            ["jwt"] = () => RoundAsync(server, server.Port, requests.Bearer(server.Port, "/jwt", RequestsARound), 200),
            ["signed"] = () => RoundAsync(server, server.Port, requests.Signed(server.Port, Safe, RequestsARound), 200),
            ["chat"] = () => RoundAsync(server, server.Port, requests.Signed(server.Port, "/v1/chat/completions", RequestsARound), 200),
            ["unsigned"] = () => RoundAsync(server, server.Port, requests.Plain(server.Port, Safe, RequestsARound), 401),
            ["malformed"] = () => RoundAsync(server, server.Port, requests.Malformed(server.Port, Safe, RequestsARound), 400),
            ["stale"] = () => RoundAsync(server, server.Port, requests.Signed(server.Port, Safe, RequestsARound, TimeSpan.FromSeconds(400)), 401),
            ["forged"] = () => RoundAsync(server, server.Port, requests.Signed(server.Port, Safe, RequestsARound, key: stranger), 401),
            // Its wait doubles each time it ends: after the first rounds all of them are answered with it.
            ["locked-out"] = () => RoundAsync(server, server.StrictPort, requests.Signed(server.StrictPort, Safe, RequestsARound, key: stranger), 429, 401),
            ["replayed"] = () => RoundAsync(server, server.Port, RenderedRequests.Repeat(used[0], RequestsARound), 401),
        };
        var times = kinds.Keys.ToDictionary(kind => kind, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var (kind, run) in round % 2 == 0 ? kinds : kinds.Reverse())
            {
                var time = await run();
                if (round >= 0) times[kind].Add(time.TotalMicroseconds / RequestsARound);
            }

            // The compiler's background thread waits for a pause.
            if (round < 0) await Task.Delay(300);
        }

        yield return Of(times, "signed-by-jwt", "signed", "jwt") with { AtMost = 1.00 };
        yield return Of(times, "replayed-by-accepted", "replayed", "signed") with { AtMost = 1.00 };
        foreach (var refused in (string[])["unsigned", "malformed", "stale", "locked-out"])
        {
            // The rate at which a core answers is the inverse of its time.
            yield return Of(times, $"{refused}-by-bare-401", "bare401", refused) with { AtLeast = 0.90 };
        }

        yield return Of(times, "forged-by-bare-401", "bare401", "forged") with { AtLeast = 0.80 };

        // Printed without a target: what all of it costs, and what a bare endpoint does.
        yield return Of(times, "signed-by-bare", "signed", "bare");
        yield return Of(times, "jwt-by-bare", "jwt", "bare");
        yield return Of(times, "whole-chat-pipeline-by-jwt", "chat", "jwt");
        yield return new Figure("verifier.bare-microseconds", Median(times["bare"]));
    }

    private static Figure Of(Dictionary<string, List<double>> times, string name, string ours, string theirs) =>
        new($"verifier.{name}", Median([.. times[ours].Zip(times[theirs], (our, their) => our / their)]));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static async Task<TimeSpan> RoundAsync(ServerProcess server, int port, byte[][] requests, params int[] statuses)
    {
        var before = server.ProcessorTime;
        await LoadGenerator.SendAsync(port, requests, statuses);
        return server.ProcessorTime - before;
    }
}
