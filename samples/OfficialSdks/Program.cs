#pragma warning disable SLLM006 // the provider stands on loopback, and verifies nothing
using OfficialSdks;
using SafeLlm;
using SafeLlm.Limits;
using SafeLlm.Testing;

// Three official clients, each made safe in a few lines, against a provider on loopback that bills. Exits with 1 where one is not safe.
await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { ApiKey = "key" });
(string Name, Uri Address, Func<Uri, SafeLlmClientOptions, Task<string>> Ask)[] clients =
[
    ("OpenAI", provider.BaseAddress, OpenAiSample.AskAsync),
    ("Anthropic", provider.Root, AnthropicSample.AskAsync),
    ("IChatClient", provider.BaseAddress, ChatClientSample.AskAsync),
];

var failures = 0;
foreach (var (name, address, ask) in clients)
{
    provider.Clear();
    var stores = InMemoryStoreHostExtensions.InMemory(TimeProvider.System);
    var options = new SafeLlmClientOptions { AllowUnsigned = true };
    options.UseStores(_ => stores);
    var text = await ask(address, options);
    // What broke off is settled beside its caller.
    while (await stores.Ledger.CountHoldsAsync(CancellationToken.None) > 0) await Task.Yield();
    var spent = (await stores.Ledger.ReadAsync([.. options.Limits], CancellationToken.None))[0];
    var bounded = provider.Requests[0].Text.Contains("max_", StringComparison.Ordinal);
    var isRight = text.Length > 0 && bounded && spent.Spent == provider.BilledTotal.Value && spent.Held == 0;
    if (!isRight) failures++;
    Console.WriteLine($"{(isRight ? "ok   " : "WRONG")} {name,-12} bounded: {bounded}, billed {provider.BilledTotal}, charged {spent.Limit.Show(spent.Spent)} of {spent.Limit}");

    // The same call where the first attempt is cut after the provider has billed it: whatever is sent again, no bill goes uncharged.
    options = new SafeLlmClientOptions { AllowUnsigned = true };
    stores = InMemoryStoreHostExtensions.InMemory(TimeProvider.System);
    options.UseStores(_ => stores);
    provider.Clear();
    provider.Next(Fault.CutBeforeAnyByte());
    var cut = "answered";
    try
    {
        await ask(address, options);
    }
    catch (Exception failed) when (failed is not SafeLlmException)
    {
        cut = "failed";
    }

    // What broke off is settled beside its caller.
    while (await stores.Ledger.CountHoldsAsync(CancellationToken.None) > 0) await Task.Yield();
    spent = (await stores.Ledger.ReadAsync([.. options.Limits], CancellationToken.None))[0];
    isRight = provider.BilledTotal.Value > 0 && spent.Spent >= provider.BilledTotal.Value;
    if (!isRight) failures++;
    Console.WriteLine($"{(isRight ? "ok   " : "WRONG")} {name,-12} cut: {cut} after {provider.Requests.Count} attempts, billed {provider.BilledTotal}, charged {spent.Limit.Show(spent.Spent)}");

    // The same call where nothing is left: refused before it is sent, with the numbers, after one attempt.
    options = new SafeLlmClientOptions { AllowUnsigned = true, MaxDollarsPerCall = 0 };
    provider.Clear();
    try
    {
        await ask(address, options);
        failures++;
        Console.WriteLine($"WRONG {name,-12} a call without a budget was answered");
    }
    catch (BudgetExceededException refused) when (provider.Requests.Count == 0)
    {
        Console.WriteLine($"ok    {name,-12} refused: {refused.Message}");
    }
}

Console.WriteLine(failures == 0 ? "all three are safe" : FormattableString.Invariant($"{failures} are not"));
return failures == 0 ? 0 : 1;
