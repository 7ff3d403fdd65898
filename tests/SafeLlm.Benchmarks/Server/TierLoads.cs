using SafeLlm.Benchmarks.Verifier;

namespace SafeLlm.Benchmarks.Server;

/// <summary>The kinds of load of <c>compare server</c>: each sends requests that were made before, and takes the server's processor time for them.</summary>
internal sealed class TierLoads(ServerProcess server)
{
    private const int RequestsARound = 6_000;
    private const string Chat = "/v1/chat/completions";

    private readonly RenderedRequests requests = new();

    public static IReadOnlyList<string> Kinds { get; } = ["echo", "bare401", "jwt-limited", "tiers", "over-limit"];

    /// <summary>Runs one round of a kind. What one request costs the server.</summary>
    public async Task<ServerCost> RunAsync(string kind) => kind switch
    {
        "echo" => await RoundAsync(server.Port, requests.Plain(server.Port, "/bare", RequestsARound), 200),
        // The same requests to a bare endpoint: what it costs to receive longer headers is no refusal's.
        "bare401" => await RoundAsync(server.Port, requests.Signed(server.Port, "/bare401", RequestsARound), 401),
        "jwt-limited" => await RoundAsync(server.JwtPort, requests.Bearer(server.JwtPort, "/jwt", RequestsARound), 200),
        "tiers" => await RoundAsync(server.Port, requests.Signed(server.Port, Chat, RequestsARound), 200),
        // One a minute has room.
        "over-limit" => await RoundAsync(server.StrictPort, requests.Signed(server.StrictPort, Chat, RequestsARound), 429, 200),
        _ => throw new ArgumentException($"There is no load {kind}; there are {string.Join(", ", Kinds)}.", nameof(kind)),
    };

    private async Task<ServerCost> RoundAsync(int port, byte[][] all, params int[] statuses)
    {
        var (times, bytes) = (server.ReadProcessorTimes(), await server.AllocatedAsync());
        await LoadGenerator.SendAsync(port, all, statuses);
        var time = ServerProcess.Since(times, server.ReadProcessorTimes());
        return new ServerCost(time.TotalMicroseconds / all.Length, (double)(await server.AllocatedAsync() - bytes) / all.Length);
    }
}
