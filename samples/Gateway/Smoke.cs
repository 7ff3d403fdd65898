using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using SafeLlm;
using SafeLlm.Signing;
using SafeLlm.Testing;

namespace Gateway;

/// <summary>Starts the gateway as it is configured, in front of the double, and makes calls through it: what must hold is said line by line.</summary>
internal static class Smoke
{
    private const string Model = "gpt-4.1-mini";

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(100);

    public static async Task<int> RunAsync()
    {
        using var limit = new CancellationTokenSource(MostTime);
        var folder = Directory.CreateTempSubdirectory("safellm-gateway-");
        try
        {
            var key = SigningKey.GenerateHmac("acme.2026-11");
            Environment.SetEnvironmentVariable("CALLER_SIGNING_SECRET", key.ExportBase64());
            var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
            Environment.SetEnvironmentVariable("OPERATOR_PASSWORD", password);
            await using var gateway = await GatewayHost.StartAsync(
                ["--urls", "http://127.0.0.1:0", "--Gateway:Provider", "", "--Gateway:Store", Path.Combine(folder.FullName, "gateway.db"), "--Gateway:DrainDelay", "00:00:00.100", "--Gateway:Operators:alice:SecretEnvironmentVariable", "OPERATOR_PASSWORD"]);
            var failures = 0;
            await foreach (var (what, holds) in PlayAsync(gateway, key, password, limit.Token))
            {
                Console.WriteLine($"{(holds ? "ok    " : "WRONG ")} {what}");
                if (!holds) failures++;
            }

            if (!await CostsNothingUnsentAsync(key, folder.FullName, limit.Token)) failures++;
            Console.WriteLine(failures == 0 ? "The gateway verifies, forwards, accounts, shows its operators what it does, and drains." : $"{failures} of these are not as they should be.");
            return failures == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async IAsyncEnumerable<(string What, bool Holds)> PlayAsync(GatewayHost gateway, SigningKey key, string password, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var provider = gateway.Double!;
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var stranger = Post(http, "/v1/chat/completions", $$"""{"model":"{{Model}}","max_tokens":50,"messages":[]}""").ToMessage();
        using var unsigned = await http.SendAsync(stranger, cancellationToken);
        yield return ("a request without a signature is refused with 401", unsigned.StatusCode == HttpStatusCode.Unauthorized && provider.Requests.Count == 0);

        var llm = SafeLlmClient.Create(new SafeLlmClientOptions { Endpoint = new Uri(gateway.Address, "v1"), SigningKey = key, MaxAttempts = 1 });
        // A caller that is traced tells who it works for.
        using var trace = new Activity("smoke").AddBaggage("user", "alice").Start();
        var answer = await llm.GetResponseAsync(Model, "Say hello.", maxOutputTokens: 200, cancellationToken);
        trace.Stop();
        var bill = provider.Billed.Single();
        yield return ($"a signed call is answered: {answer.Text[..Math.Min(40, answer.Text.Length)]}…", answer.Text.Length > 0);
        yield return ($"it is charged as the provider bills it: {answer.Usage.OutputTokens} tokens out, {answer.Cost}", answer.Cost == provider.BilledTotal && answer.Usage.OutputTokens == bill.OutputTokens);

        var headers = provider.Requests.Single().HeaderNames;
        yield return ("the provider sees its own key", provider.Requests.Single().Header("Authorization") == "Bearer key-of-the-double");
        yield return ("the provider sees nothing of the caller's signature", !headers.Any(name => name.StartsWith("signature", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-forwarded", StringComparison.OrdinalIgnoreCase) || name.Equals("content-digest", StringComparison.OrdinalIgnoreCase)));

        yield return ("the provider sees nothing of the caller's trace", !headers.Any(name => name.Contains("trace", StringComparison.OrdinalIgnoreCase) || name.Contains("baggage", StringComparison.OrdinalIgnoreCase) || name.Contains("correlation", StringComparison.OrdinalIgnoreCase)));

        var text = new StringBuilder();
        await foreach (var update in llm.GetStreamingResponseAsync(Model, "Say hello once more.", maxOutputTokens: 200, cancellationToken)) text.Append(update.Text);
        yield return ("a streamed call arrives whole", text.Length > 0 && provider.Billed.Count == 2);

        using var guess = Post(http, "/v1/responses", $$"""{"model":"{{Model}}","max_output_tokens":50,"input":"Go on.","previous_response_id":"resp_of_somebody_else"}""").Sign(key, TimeProvider.System);
        using var foreign = await http.SendAsync(guess, cancellationToken);
        yield return ("a response that was issued to nobody here is refused with 404", foreign.StatusCode == HttpStatusCode.NotFound && provider.Requests.Count == 2);

        foreach (var check in (string[])["live", "ready", "clock", "stores"])
        {
            using var health = await http.GetAsync("/health/" + check, cancellationToken);
            yield return ($"health/{check}: {await health.Content.ReadAsStringAsync(cancellationToken)}", health.IsSuccessStatusCode);
        }

        yield return ("the dashboard is shown to nobody who is not signed in", await LookAsync(http, "/safellm", null, cancellationToken) is (HttpStatusCode.Unauthorized, "") && await LookAsync(http, "/safellm/data", "alice:" + password[..^1], cancellationToken) is (HttpStatusCode.Unauthorized, ""));
        var page = await LookAsync(http, "/safellm", "alice:" + password, cancellationToken);
        var data = await LookAsync(http, "/safellm/data", "alice:" + password, cancellationToken);
        yield return ("an operator signs in and sees the page, with the caller's key on it", page.Status == HttpStatusCode.OK && page.Content.Contains("<title>", StringComparison.Ordinal) && data.Content.Contains(key.KeyId, StringComparison.Ordinal));

        var gate = new Gate();
        provider.Next(Fault.Slow(gate));
        var slow = llm.GetResponseAsync(Model, "Take your time.", maxOutputTokens: 200, cancellationToken);
        await gate.ReachedAsync(cancellationToken: cancellationToken);
        var stopped = gateway.StopAsync();
        // That nothing happens can only be waited for. A slow machine may miss a gateway that stops early, and takes none for one.
        var early = await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken)) == stopped;
        gate.Open();
        var last = await slow;
        await stopped;
        yield return ("the gateway stops only when the call under way is answered", !early && last.Text.Length > 0);
    }

    /// <summary>What is left of the caller's limits is the same before a second call to a provider that is not there as before the first.</summary>
    private static async Task<bool> CostsNothingUnsentAsync(SigningKey key, string folder, CancellationToken cancellationToken)
    {
        Environment.SetEnvironmentVariable("PROVIDER_API_KEY", "of-nobody");
        await using var gateway = await GatewayHost.StartAsync(["--urls", "http://127.0.0.1:0", "--Gateway:Provider", "http://127.0.0.1:1", "--Gateway:Store", Path.Combine(folder, "unsent.db"), "--Gateway:DrainDelay", "00:00:00.100"]);
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var left = new List<(HttpStatusCode, string)>();
        var told = "";
        for (var i = 0; i < 2; i++)
        {
            using var call = Post(http, "/v1/chat/completions", $$"""{"model":"{{Model}}","max_tokens":50,"messages":[{"role":"user","content":"Hello."}]}""").Sign(key, TimeProvider.System);
            using var answer = await http.SendAsync(call, cancellationToken);
            left.Add((answer.StatusCode, string.Join(' ', answer.Headers.GetValues("RateLimit").Single().Split(';').Where(part => part.StartsWith("r=", StringComparison.Ordinal)))));
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json") told = await answer.Content.ReadAsStringAsync(cancellationToken);
        }

        await gateway.StopAsync();
        var holds = left[0].Item1 == HttpStatusCode.BadGateway && left[0] == left[1];
        Console.WriteLine($"{(holds ? "ok    " : "WRONG ")} a provider that cannot be reached costs its callers nothing: {left[0].Item2}");
        var explains = told.Contains("The provider cannot be reached", StringComparison.Ordinal) && told.Contains("request_id", StringComparison.Ordinal) && !told.Contains("127.0.0.1", StringComparison.Ordinal);
        Console.WriteLine($"{(explains ? "ok    " : "WRONG ")} they are told so, and not where it is: {told}");
        return holds && explains;
    }

    private static async Task<(HttpStatusCode Status, string Content)> LookAsync(HttpClient http, string path, string? credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (credentials is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var response = await http.SendAsync(request, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static RawPost Post(HttpClient http, string path, string body) => new(new Uri(http.BaseAddress!, path), Encoding.UTF8.GetBytes(body));
}
