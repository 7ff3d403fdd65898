using System.ComponentModel;
using AgentLoop;
using Microsoft.Extensions.AI;
using SafeLlm;
using SafeLlm.Alerts;
using SafeLlm.Extensions.AI;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Testing;

// An agent whose model never stops asking for its tool. Its run has a budget of its own, which ends it with an explanation; on the
// way, an alert of the day's budget reaches a receiver that checks its signature. Exits with 1 where the loop is not stopped so.
await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions
{
    Answer = _ => new Answer { ToolCalls = [new AnswerToolCall("search", """{"query":"once more"}""")] },
});
var alertKey = SigningKey.GenerateHmac("alerts.2026-11");
await using var receiver = await AlertReceiver.StartAsync(alertKey);

#pragma warning disable SLLM006 // the provider stands on loopback, and verifies nothing
var options = new SafeLlmClientOptions { Endpoint = provider.BaseAddress, AllowUnsigned = true };
#pragma warning restore SLLM006
options.Limits.Add(Limit.Dollars(0.01m).PerDay().WithSoftLimits(SoftLimits.At(5)));
options.AlertSinks.Add(new WebhookAlertSink(receiver.Address, alertKey));

var searches = 0;
[Description("Searches the web")]
string Search(string query)
{
    searches++;
    return $"Nothing new about {query}.";
}

using var agent = SafeLlmClient.Create(options)
    .AsIChatClient("gpt-4.1-mini", maxOutputTokens: 200)
    .AsBuilder()
    .UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = 1_000)
    .Build();

using var run = SafeLlmScope.Begin("run:42", new ScopeBounds { Dollars = 0.05m, Calls = 50, ToolRounds = 12 });
try
{
    await agent.GetResponseAsync("Find out everything.", new ChatOptions { MaxOutputTokens = 200, Tools = [AIFunctionFactory.Create(Search, "search")] });
    Console.WriteLine("WRONG the agent came to an end by itself");
    return 1;
}
catch (BudgetExceededException stopped)
{
    Console.WriteLine($"stopped: {stopped.Message}");
}

Console.WriteLine($"{run.Name}: {run.Spent.Calls} calls, {run.Spent.ToolRounds} rounds with tools, {searches} searches, {run.Spent.Cost}; the provider billed {provider.BilledTotal}");
var alert = await receiver.FirstAsync(TimeSpan.FromSeconds(20));
Console.WriteLine($"alert: {alert ?? "none came"}");

var isRight = run.Spent.ToolRounds <= 12 && run.Spent.Cost == provider.BilledTotal && searches < 1_000 && alert is not null && receiver.Refused == 0;
Console.WriteLine(isRight ? "the loop was stopped by its budget" : "WRONG the loop was not stopped as it should have been");
return isRight ? 0 : 1;
