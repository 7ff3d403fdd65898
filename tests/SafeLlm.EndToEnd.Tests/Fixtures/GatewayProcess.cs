using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>A gateway in a process of its own, with a state file, to be killed and started again.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient http = new();

    private GatewayProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static SigningKey Key { get; } = SigningKey.Hmac("k-hmac-sha256", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    /// <param name="folder">Where its keys and its state are.</param>
    /// <param name="port">The port of the one before, which clients have signed for; null for any.</param>
    public static async Task<GatewayProcess> StartAsync(string folder, int? port = null)
    {
        var keys = Path.Combine(folder, "keys.json");
        if (!File.Exists(keys)) await File.WriteAllTextAsync(keys, Keys(), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "SafeLlm.Interop.dll"), "serve", keys, Path.Combine(folder, "state")]) start.ArgumentList.Add(argument);
        if (port is { } known) start.Environment["SAFELLM_INTEROP_PORT"] = known.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("The gateway did not start.");
        return new GatewayProcess(process, new Uri(line));
    }

    /// <summary>A signed request, to be sent as often as one likes.</summary>
    /// <param name="ahead">How far the client's clock runs ahead.</param>
    public (byte[] Body, SignatureHeaders Headers) Sign(TimeSpan ahead = default)
    {
        var body = "{}"u8.ToArray();
        return (body, new RequestSigner(new OffsetTime(TimeProvider.System, ahead)).Sign(new RawSignable(new Uri(Address, "/v1/chat"), "application/json"), body, Key));
    }

    /// <summary>The status, and the code of a refusal.</summary>
    public async Task<(int Status, string? Code)> SendAsync((byte[] Body, SignatureHeaders Headers) signed)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/v1/chat")) { Content = new ByteArrayContent(signed.Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.TryAddWithoutValidation("Content-Digest", signed.Headers.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", signed.Headers.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", signed.Headers.Signature);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : JsonElement.Parse(text).GetProperty("code").GetString());
    }

    /// <summary>kill -9: nothing of it runs on.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>An orderly stop.</summary>
    public async Task StopAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        http.Dispose();
    }

    private static string Keys() => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["hmac-sha256"] = Key.ExportBase64(),
        ["ecdsa-p256-sha256"] = SigningKey.GenerateEcdsaP256("k").ExportPem(),
        ["ed25519"] = Ed25519.Generate("k").ExportPem(),
        ["seed-v0"] = "sk_test_3f9c0e7b2a6d4c11",
    });
}
