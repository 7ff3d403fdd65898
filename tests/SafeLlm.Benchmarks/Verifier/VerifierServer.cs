using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>
/// The server of <c>compare verifier</c>, in a process of its own so that its processor time is its own: one endpoint that reads the
/// content and answers, bare, behind JWT bearer authentication, and behind the verifier.
/// </summary>
internal static class VerifierServer
{
    public const string Command = "serve-verifier";

    public const string Issuer = "bench";

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"c1","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":400,"completion_tokens":3,"total_tokens":403}}""");

    /// <summary>Serves until standard input ends. Prints three ports: the verifier, one that locks networks out at once, and JWT bearer authentication.</summary>
    public static async Task<int> RunAsync()
    {
        await using var main = await StartAsync(AddSafe(locksOut: false), MapSafe);
        await using var strict = await StartAsync(AddSafe(locksOut: true), MapSafe);
        // On its own: an application with authentication runs it for every request.
        await using var jwt = await StartAsync(AddJwt, app => app.MapPost("/jwt", AnswerAsync).RequireAuthorization());
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Port(main)} {Port(strict)} {Port(jwt)}"));
        await ServerQuestions.AnswerAsync();
        return 0;
    }

    public static async Task<WebApplication> StartAsync(Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        add(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    public static void AddJwt(IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt =>
        {
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = Issuer,
                ValidAudience = Issuer,
                IssuerSigningKey = new SymmetricSecurityKey(BenchKeys.Secret),
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            };
        });
    }

    private static Action<IServiceCollection> AddSafe(bool locksOut) => services => services.AddSafeLlmVerifier(options =>
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.RefuseAfterRestart = false;
        options.Tiers["bench"] = new SafeLlmTierOptions { MaxOutputTokens = 4_000 };
        options.DefaultTier = "bench";
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = BenchKeys.Key.KeyId, Secret = BenchKeys.Key.ExportBase64(), Client = "bench" });
        options.LockOut.FailuresPerMinute = options.LockOut.FailuresPerKeyPerMinute = locksOut ? 1 : 1_000_000;
        options.LockOut.LongestWait = options.RetryAfterCap = TimeSpan.FromHours(1);
    }).UseInMemory();

    public static void MapSafe(WebApplication app)
    {
        app.UseSafeLlm();
        app.MapPost("/bare", AnswerAsync);
        app.MapPost("/bare401", context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapPost("/safe", AnswerAsync).RequireSafeLlm(endpoint => endpoint.HoldPerCall(0, 0, 0));
        app.MapPost("/v1/chat/completions", AnswerAsync).RequireSafeLlm();
    }

    public static async Task AnswerAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer, context.RequestAborted);
    }

    public static int Port(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
}
