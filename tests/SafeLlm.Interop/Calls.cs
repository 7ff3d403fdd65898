using System.Text;

namespace SafeLlm.Interop;

/// <summary>Calls of the real client, signed with each algorithm, to a server that verifies them by other means.</summary>
internal static class Calls
{
    private static readonly string[] Prompts = ["Hello.", "Grüße, 你好, 😀 — “quoted” \\ and \"plain\".", new string('x', 20_000)];

    public static async Task<int> MakeAsync(InteropKeys keys, Uri address)
    {
        foreach (var key in keys.All)
        {
            var options = new SafeLlmClientOptions { Endpoint = new Uri(address, "v1/"), SigningKey = key, MaxAttempts = 1 };
            using var http = new HttpClient(SafeLlmHandler.Create(options));
            foreach (var prompt in Prompts)
            {
                var body = $$"""{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":{{System.Text.Json.JsonSerializer.Serialize(prompt)}}}]}""";
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Add("Idempotency-Key", "retry-1");
                using var response = await http.SendAsync(request);
                if (response.IsSuccessStatusCode) continue;
                await Console.Error.WriteLineAsync($"{key}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                return 1;
            }
        }

        return 0;
    }
}
