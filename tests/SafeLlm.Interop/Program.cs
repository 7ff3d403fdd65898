using SafeLlm.Interop;

// Our side of tests/interop/run: other implementations sign to this gateway, and verify what this client signs.
switch (args)
{
    case ["serve", var keys]:
        return await Gateway.ServeAsync(InteropKeys.Read(keys));
    case ["serve", var keys, var state]:
        return await Gateway.ServeAsync(InteropKeys.Read(keys), state);
    case ["call", var keys, var address]:
        return await Calls.MakeAsync(InteropKeys.Read(keys), new Uri(address));
    case ["canonical"]:
        return await Canonical.PrintAsync();
    default:
        await Console.Error.WriteLineAsync("serve KEYS [STATE] | call KEYS ADDRESS | canonical");
        return 2;
}
