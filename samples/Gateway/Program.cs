using Gateway;

if (args is ["--smoke"]) return await Smoke.RunAsync();

await using var gateway = await GatewayHost.StartAsync(args);
Console.WriteLine(gateway.Double is { } provider ? $"No provider is configured (Gateway:Provider): a double at {provider.Root} stands for it." : "Calls go to the provider.");
await gateway.RunAsync();
return 0;
