using SafeLlm.Redis.Node;

// One node of many, as a process of its own: tests start several and kill some.
switch (args)
{
    case ["gateway", var servers, var ledger, var provider]:
        await GatewayNode.RunAsync(servers, ledger, new Uri(provider));
        return 0;
    case ["spender", var servers, var ledger, var name, var calls]:
        await SpenderNode.RunAsync(servers, ledger, name, int.Parse(calls, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["waiter", var servers, var ledger, var name, var calls]:
        await WaiterNode.RunAsync(servers, ledger, name, int.Parse(calls, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("gateway SERVERS LEDGER PROVIDER | spender SERVERS LEDGER NAME CALLS | waiter SERVERS LEDGER NAME CALLS");
        return 2;
}
