using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm;
using SafeLlm.Aot;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Testing;

// Compiled natively, the client signs, budgets and streams a call through a verified gateway to the double. Exits with 1 on a wrong answer.
var key = SigningKey.GenerateHmac("aot.2026-11");
Environment.SetEnvironmentVariable("AOT_SIGNING_SECRET", key.ExportBase64());
var checks = new Checks();

await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { Answer = _ => "The tide waits for nobody." });
await using var gateway = await AotGateway.StartAsync(provider.BaseAddress);

var services = new ServiceCollection();
services.AddLogging();
services.AddSafeLlmClient(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Endpoint"] = gateway.Address.AbsoluteUri,
    ["SigningKey:KeyId"] = key.KeyId,
    ["SigningKey:SecretEnvironmentVariable"] = "AOT_SIGNING_SECRET",
    ["Limits:0:Dollars"] = "0.01",
    ["Limits:0:Per"] = "day",
}).Build());
await using var built = services.BuildServiceProvider();
var llm = built.GetRequiredService<SafeLlmClient>();

var text = "";
ChatUpdate? last = null;
await foreach (var update in llm.GetStreamingResponseAsync("gpt-4.1-mini", "Say something.", maxOutputTokens: 100))
{
    text += update.Text;
    last = update;
}

checks.Expect("the streamed text", "The tide waits for nobody.", text);
checks.Expect("the streamed call's cost", provider.BilledTotal.ToString(), last?.Cost?.ToString());
checks.Expect("the streamed call's tokens", provider.Billed[0].OutputTokens.ToString(CultureInfo.InvariantCulture), last?.Usage?.OutputTokens.ToString(CultureInfo.InvariantCulture));

var whole = await llm.GetResponseAsync("gpt-4.1-mini", "Say something.", maxOutputTokens: 100);
checks.Expect("the whole text", "The tide waits for nobody.", whole.Text);
checks.Expect("what was billed in all", provider.BilledTotal.ToString(), (last!.Cost!.Value + whole.Cost).ToString());

var quote = await llm.QuoteAsync("gpt-4.1-mini", "Say something.", maxOutputTokens: 100);
checks.Expect("the quote's input, counted", whole.Usage.InputTokens.ToString(CultureInfo.InvariantCulture), quote.Input.Expected.ToString(CultureInfo.InvariantCulture));

try
{
    await llm.GetResponseAsync("gpt-4.1-mini", "Say something.", maxOutputTokens: 30_000);
    checks.Expect("a call without room", "BudgetExceededException", "an answer");
}
catch (BudgetExceededException refused)
{
    checks.Expect("a call without room", "app", refused.Denials[0].Limit.Scope);
}

var stranger = SafeLlmClient.Create(new SafeLlmClientOptions { Endpoint = gateway.Address, SigningKey = SigningKey.GenerateHmac("aot.2026-11"), Limits = { Limit.Dollars(1).PerDay() } });
try
{
    await stranger.GetResponseAsync("gpt-4.1-mini", "Say something.", maxOutputTokens: 100);
    checks.Expect("a forged signature", "RequestRejectedException", "an answer");
}
catch (RequestRejectedException refused)
{
    checks.Expect("a forged signature", RefusalCode.SignatureInvalid.ToString(), refused.Code.ToString());
}

return checks.Conclude();
