using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>The kinds of load: each sends requests that were made before, and takes the server's processor time for them.</summary>
internal sealed class VerifierLoads(ServerProcess server)
{
    public const int RequestsARound = 6_000;

    private const string Safe = "/safe";

    private readonly RenderedRequests requests = new();
    private readonly SigningKey stranger = SigningKey.GenerateHmac("bench");
    private byte[]? used;

    public static IReadOnlyList<string> Kinds { get; } =
        ["bare", "bare401", "bare401-signed", "jwt", "signed", "chat", "unsigned", "malformed", "stale", "forged", "locked-out", "replayed"];

    /// <summary>Runs one round of a kind. What one request costs the server.</summary>
    public async Task<ServerCost> RunAsync(string kind)
    {
        if (used is null) await LoadGenerator.SendAsync(server.Port, [used = requests.Signed(server.Port, Safe, 1)[0]], 200);
        return kind switch
        {
            "bare" => await RoundAsync(server.Port, requests.Plain(server.Port, "/bare", RequestsARound), 200),
            "bare401" => await RoundAsync(server.Port, requests.Plain(server.Port, "/bare401", RequestsARound), 401),
            // The same requests to a bare endpoint: what it costs to receive longer headers is no refusal's.
            "bare401-signed" => await RoundAsync(server.Port, requests.Signed(server.Port, "/bare401", RequestsARound), 401),
            "jwt" => await RoundAsync(server.JwtPort, requests.Bearer(server.JwtPort, "/jwt", RequestsARound), 200),
            "signed" => await RoundAsync(server.Port, requests.Signed(server.Port, Safe, RequestsARound), 200),
            "chat" => await RoundAsync(server.Port, requests.Signed(server.Port, "/v1/chat/completions", RequestsARound), 200),
            "unsigned" => await RoundAsync(server.Port, requests.Plain(server.Port, Safe, RequestsARound), 401),
            "malformed" => await RoundAsync(server.Port, requests.Malformed(server.Port, Safe, RequestsARound), 400),
            "stale" => await RoundAsync(server.Port, requests.Signed(server.Port, Safe, RequestsARound, TimeSpan.FromSeconds(400)), 401),
            "forged" => await RoundAsync(server.Port, requests.Signed(server.Port, Safe, RequestsARound, key: stranger), 401),
            // Its wait doubles each time it ends: after the first rounds all of them are answered with it.
            "locked-out" => await RoundAsync(server.StrictPort, requests.Signed(server.StrictPort, Safe, RequestsARound, key: stranger), 429, 401),
            "replayed" => await RoundAsync(server.Port, RenderedRequests.Repeat(used, RequestsARound), 401),
            _ => throw new ArgumentException($"There is no load {kind}; there are {string.Join(", ", Kinds)}.", nameof(kind)),
        };
    }

    private async Task<ServerCost> RoundAsync(int port, byte[][] all, params int[] statuses)
    {
        var (times, bytes) = (server.ReadProcessorTimes(), await server.AllocatedAsync());
        await LoadGenerator.SendAsync(port, all, statuses);
        var time = ServerProcess.Since(times, server.ReadProcessorTimes());
        return new ServerCost(time.TotalMicroseconds / all.Length, (double)(await server.AllocatedAsync() - bytes) / all.Length);
    }
}
