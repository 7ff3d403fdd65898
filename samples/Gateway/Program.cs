using Gateway;
using Microsoft.Extensions.Options;

if (args is ["--smoke"]) return await Smoke.RunAsync();

await using var gateway = await StartAsync();
if (gateway is null) return 2;
Console.WriteLine(gateway.Double is { } provider ? $"No provider is configured (Gateway:Provider): a double at {provider.Root} stands for it." : "Calls go to the provider.");
await gateway.RunAsync();
return 0;

async Task<GatewayHost?> StartAsync()
{
    try
    {
        return await GatewayHost.StartAsync(args);
    }
    catch (Exception wrong) when (wrong is InvalidOperationException or OptionsValidationException or ArgumentException)
    {
        // What is configured cannot be run: said without a stack, which helps nobody to correct it.
        await Console.Error.WriteLineAsync(wrong.Message);
        return null;
    }
}
