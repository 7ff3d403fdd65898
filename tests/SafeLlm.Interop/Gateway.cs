using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Interop;

/// <summary>The real verifier on real Kestrel. It answers whatever is signed well with the name of the key.</summary>
internal static class Gateway
{
    // That of a gateway before, for which clients have signed; any other unless given.
    private static int Port => int.TryParse(Environment.GetEnvironmentVariable("SAFELLM_INTEROP_PORT"), CultureInfo.InvariantCulture, out var port) ? port : 0;

    /// <param name="keys">The keys.</param>
    /// <param name="stateFile">Where it notes what it has accepted, so that a crash lets nothing in twice; null to forget it.</param>
    public static async Task<int> ServeAsync(InteropKeys keys, string? stateFile = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSafeLlmVerifier(options =>
        {
            options.PublicAuthorities.Add("127.0.0.1:*");
            options.RefuseAfterRestart = stateFile is not null;
            options.StateFile = stateFile;
            options.LockOut.FailuresPerMinute = options.LockOut.FailuresPerKeyPerMinute = 1_000_000;
            options.KeyAlgorithms.Add(Ed25519.Algorithm);
            options.Tiers["all"] = new SafeLlmTierOptions { MaxOutputTokens = 4_000 };
            options.DefaultTier = "all";
            options.AcceptSeedUntil = DateTimeOffset.MaxValue;
            options.Keys.Add(new SafeLlmKeyOptions { KeyId = keys.Hmac.KeyId, Secret = keys.Hmac.ExportBase64() });
            options.Keys.Add(new SafeLlmKeyOptions { KeyId = keys.Ecdsa.KeyId, Algorithm = "ecdsa-p256-sha256", PublicKey = keys.Ecdsa.ExportPublicPem() });
            options.Keys.Add(new SafeLlmKeyOptions { KeyId = keys.Ed25519.KeyId, Algorithm = "ed25519", PublicKey = keys.Ed25519.ExportPublicPem() });
            var seed = new SafeLlmKeyOptions { KeyId = keys.Seed.KeyId, Profile = SignatureProfile.SeedV0, Secret = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(keys.Seed.ExportBase64())) };
            seed.Endpoints.Add("/seed/*");
            options.Keys.Add(seed);
        }).UseInMemory();
        await using var app = builder.Build();
        app.UseSafeLlm();
        app.MapMethods("/{**path}", ["GET", "POST", "PUT", "DELETE"], (HttpContext context) => context.Features.Get<ISafeLlmFeature>()!.Key!.Key.KeyId)
            .RequireSafeLlm(endpoint => endpoint.HoldPerCall(0, 0, 0));
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }
}
