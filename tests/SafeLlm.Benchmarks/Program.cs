using System.Globalization;
using System.Diagnostics;
using BenchmarkDotNet.Running;
using SafeLlm.Benchmarks;
using SafeLlm.Benchmarks.Compare;
using SafeLlm.Benchmarks.Server;
using SafeLlm.Benchmarks.Verifier;
using SafeLlm.Benchmarks.Sqlite;

// Beyond half a million requests a key is refused for want of room for its nonces.
const int MostRounds = 65;

if (args is [ChildProvider.Argument]) return await ChildProvider.ServeAsync();

if (args is ["compare", var name] && CompareAreas.Find(name) is { } area)
{
    return await CompareAreas.RunAsync(area, Console.Out);
}

if (args is [VerifierServer.Command])
{
    return await VerifierServer.RunAsync();
}

if (args is [TierServer.Command])
{
    return await TierServer.RunAsync();
}

if (args is [FirstCount.Argument, var whose, var encoding]) return await FirstCount.MeasureAsync(whose, encoding);

if (args is ["drive", var way] && ClientArea.Kinds.Contains(way))
{
    await ClientArea.DriveAsync(way);
    return 0;
}

if (args is ["drive", "ledger"])
{
    MemoryFigures.Drive(TimeSpan.FromSeconds(30));
    return 0;
}

if (args is ["drive", "redis-hold" or "redis-hold-64" or "redis-settle"])
{
    await new RedisArea().DriveAsync(args[1] == "redis-hold-64" ? 64 : 1, isSettled: args[1] == "redis-settle", Console.Out);
    return 0;
}

if (args is ["drive", var load])
{
    var isOfTiers = TierLoads.Kinds.Contains(load);
    await using var server = await ServerProcess.StartAsync(isOfTiers ? TierServer.Command : VerifierServer.Command);
    await Console.Out.WriteLineAsync($"{load} for half a minute; the server's process is {server.Id}");
    Func<string, Task<ServerCost>> run = isOfTiers ? new TierLoads(server).RunAsync : new VerifierLoads(server).RunAsync;
    var start = Stopwatch.GetTimestamp();
    for (var round = 0; round < MostRounds && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30); round++) await run(load);

    // After what is profiled: the samples cost time of their own.
    await server.AskAsync(ServerQuestions.WatchTypes);
    var cost = default(ServerCost);
    for (var round = 0; round < 10; round++) cost = await run(load);
    await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{cost.Bytes:0} bytes a request, of"));
    await Console.Out.WriteLineAsync((await server.AskAsync(ServerQuestions.Types)).Replace('|', '\n'));
    return 0;
}

if (args is ["bdn", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
    return 0;
}

if (args is ["store-worker", var kind, var file, var number, var milliseconds])
{
    return await StoreWorker.RunAsync(kind, file, int.Parse(number, CultureInfo.InvariantCulture), int.Parse(milliseconds, CultureInfo.InvariantCulture));
}

await Console.Error.WriteLineAsync($"""
    compare AREA   our figures beside a peer's, interleaved in one run; AREA is one of: {string.Join(", ", CompareAreas.All.Select(known => known.Name))}
    drive KIND     the verifier's server under one kind of load, to profile it; KIND is one of: {string.Join(", ", VerifierLoads.Kinds.Concat(TierLoads.Kinds).Distinct())};
                   or calls to a canned provider: {string.Join(", ", ClientArea.Kinds)}; or ledger: hold and settle in memory;
                   or redis-hold, redis-hold-64 and redis-settle: the ledger on redis-server, with what its commands cost
    bdn …          BenchmarkDotNet with its own arguments, such as --filter *
    """);
return 2;
