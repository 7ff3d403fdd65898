using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.AspNetCore;
using SafeLlm.Benchmarks.Verifier;
using SafeLlm.Limits;

namespace SafeLlm.Benchmarks.Server;

/// <summary>
/// The server of <c>compare server</c>, in a process of its own: one chat endpoint bare, behind JWT bearer authentication and the framework's rate
/// limiter, and behind the verifier with every limit of a tier in memory.
/// </summary>
internal static class TierServer
{
    public const string Command = "serve-tiers";

    private const string Policy = "caller";

    /// <summary>Serves until standard input ends. Prints three ports: a tier with room, a tier that is full after one request, and the peer.</summary>
    public static async Task<int> RunAsync()
    {
        await using var roomy = await VerifierServer.StartAsync(AddSafe(requests: 1_000_000_000), VerifierServer.MapSafe);
        await using var full = await VerifierServer.StartAsync(AddSafe(requests: 1), VerifierServer.MapSafe);
        await using var peer = await VerifierServer.StartAsync(AddPeer, MapPeer);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{VerifierServer.Port(roomy)} {VerifierServer.Port(full)} {VerifierServer.Port(peer)}"));
        await ServerQuestions.AnswerAsync();
        return 0;
    }

    private static Action<IServiceCollection> AddSafe(long requests) => services => services.AddSafeLlmVerifier(options =>
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.RefuseAfterRestart = false;
        options.Tiers["bench"] = new SafeLlmTierOptions
        {
            RequestsPerMinute = requests,
            TokensPerHour = 1L << 50,
            TokensPerDay = 1L << 50,
            DollarsPerDay = 1_000_000m,
            ConcurrentCalls = 10_000,
            MaxOutputTokens = 4_000,
            MaxPromptCharacters = 10_000,
            MaxPromptTokens = 4_000,
        };
        options.DefaultTier = "bench";
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = BenchKeys.Key.KeyId, Secret = BenchKeys.Key.ExportBase64(), Client = "bench" });
    }).UseInMemory();

    private static void AddPeer(IServiceCollection services)
    {
        VerifierServer.AddJwt(services);
        services.AddRateLimiter(limits => limits.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
            context.User.FindFirst("sub")!.Value,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 1_000_000_000, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 })));
    }

    private static void MapPeer(WebApplication app)
    {
        app.UseRateLimiter();
        app.MapPost("/jwt", VerifierServer.AnswerAsync).RequireAuthorization().RequireRateLimiting(Policy);
    }
}
