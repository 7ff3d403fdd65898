using System.Text.Json;
using SafeLlm.Signing;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class ForgeryScene : IScene
{
    private const string Body = """{"model":"gpt-4.1-mini","max_completion_tokens":50,"messages":[{"role":"user","content":"Transfer nothing."}]}""";

    public string Title => "The gateway refuses what was not signed, was changed, repeated, or is out of date";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var honest = SignedRequest.Create(stage.Gateway.Address, Body, stage.ShopKey, TimeProvider.System);
        var old = SignedRequest.Create(stage.Gateway.Address, Body, stage.ShopKey, new ShiftedClock(TimeSpan.FromMinutes(-6)));
        var stranger = SignedRequest.Create(stage.Gateway.Address, Body, SigningKey.GenerateHmac("nobody"), TimeProvider.System);
        (string What, SignedRequest Request, string Body, string Expected)[] attempts =
        [
            ("as signed", honest, Body, "200"),
            ("tampered body", SignedRequest.Create(stage.Gateway.Address, Body, stage.ShopKey, TimeProvider.System), Body.Replace("50", "5000", StringComparison.Ordinal), "digest_mismatch"),
            ("replayed", honest, Body, "signature_replayed"),
            ("six minutes old", old, Body, "signature_expired"),
            ("unknown key", stranger, Body, "signature_invalid"),
        ];

        List<string> lines = [];
        foreach (var (what, request, body, expected) in attempts)
        {
            using var message = request.ToMessage(body);
            using var response = await http.SendAsync(message, cancellationToken);
            var code = await CodeAsync(response, cancellationToken);
            Unless(code == expected, $"'{what}' to be answered by {expected}, not {code}");
            lines.Add($"{what,-16} → {(int)response.StatusCode} {(code == "200" ? "" : code)}");
        }

        Unless(stage.Provider.Requests.Count == 1, "only the honest request to reach the provider");
        return lines;
    }

    private static async Task<string> CodeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return "200";
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return problem.RootElement.GetProperty("code").GetString()!;
    }
}
