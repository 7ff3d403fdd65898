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

    /// <summary>Serves until standard input ends. Prints the two ports: all endpoints, and the verifier that locks networks out.</summary>
    public static async Task<int> RunAsync()
    {
        await using var main = await StartAsync(locksOut: false);
        await using var strict = await StartAsync(locksOut: true);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Port(main)} {Port(strict)}"));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<WebApplication> StartAsync(bool locksOut)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt =>
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
        builder.Services.AddSafeLlmVerifier(options =>
        {
            options.PublicAuthorities.Add("127.0.0.1:*");
            options.RefuseAfterRestart = false;
            options.Tiers["bench"] = new SafeLlmTierOptions { MaxOutputTokens = 4_000 };
            options.DefaultTier = "bench";
            options.Keys.Add(new SafeLlmKeyOptions { KeyId = BenchKeys.Key.KeyId, Secret = BenchKeys.Key.ExportBase64(), Client = "bench" });
            options.LockOut.FailuresPerMinute = options.LockOut.FailuresPerKeyPerMinute = locksOut ? 1 : 1_000_000;
            options.LockOut.LongestWait = options.RetryAfterCap = TimeSpan.FromHours(1);
        }).UseInMemory();
        var app = builder.Build();
        app.UseRouting();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/jwt", StringComparison.Ordinal), branch => branch.UseAuthentication().UseAuthorization());
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/safe", StringComparison.Ordinal), branch => branch.UseSafeLlm());
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal), branch => branch.UseSafeLlm());
        app.MapPost("/bare", AnswerAsync);
        app.MapPost("/bare401", context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapPost("/jwt", AnswerAsync).RequireAuthorization();
        app.MapPost("/safe", AnswerAsync).RequireSafeLlm(endpoint => endpoint.HoldPerCall(0, 0, 0));
        app.MapPost("/v1/chat/completions", AnswerAsync).RequireSafeLlm();
        app.UseEndpoints(_ => { });
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(HttpContext context)
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

    private static int Port(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
}
