using System.Diagnostics;
using SafeLlm.Soak;

ISoak[] soaks =
[
    new ModelSoak(),
    new InterleavingSoak(),
    new RaceSoak(),
    new StormSoak(),
    new ServerSoak(),
    new AnomalySoak(),
];

if (args.Length == 0 || Array.Find(soaks, soak => soak.Name == args[0]) is not { } soak)
{
    Console.WriteLine("Usage: dotnet run -c Release --project tests/SafeLlm.Soak -- NAME [--seed N] [--rounds N] [--for hh:mm:ss] [--store NAME]");
    foreach (var one in soaks) Console.WriteLine($"  {one.Name,-14} {one.What}");
    Console.WriteLine($"Stores: {string.Join(", ", SoakStores.Names)}. Without --seed a new one is taken and printed; it replays.");
    return args.Length == 0 ? 0 : 2;
}

SoakOptions options;
try
{
    options = SoakOptions.Parse(args.AsSpan(1));
    _ = SoakStores.Get(options.Store);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

Console.WriteLine($"{soak.Name} on {options.Store}: seed {options.Seed}, {(options.Rounds is { } rounds ? $"{rounds} rounds" : $"for {options.For:c}")}");
var start = Stopwatch.GetTimestamp();
for (var i = 0L; options.Rounds is { } most ? i < most : Stopwatch.GetElapsedTime(start) < options.For; i++)
{
    var seed = options.Seed + i;
    try
    {
        Console.WriteLine($"{Stopwatch.GetElapsedTime(start):hh\\:mm\\:ss} seed {seed}: {await soak.RunAsync(seed, options, CancellationToken.None)}");
    }
    catch (Exception failure)
    {
        Console.WriteLine($"FAILED. Replay: dotnet run -c Release --project tests/SafeLlm.Soak -- {soak.Name} --store {options.Store} --seed {seed} --rounds 1");
        Console.WriteLine(failure);
        return 1;
    }
}

return 0;
