using System.Globalization;
using SliceSimulator;

// Prints the tables of docs/past-one-server.md: dotnet run --project tools/SliceSimulator [SEED]
var seed = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 1;
const int Runs = 200;

Console.WriteLine(FormattableString.Invariant($"Seed {seed}, {Runs} days each: 8 regions, a budget of 10,000 calls, 16,000 calls asked for."));
Console.WriteLine();
Console.WriteLine("| slice, of the budget | region crashes a day | store lost with it | overspent, worst day | the bound: crashes × slice | refused though free, mean | unused at the end, mean | parent operations per 1,000 calls |");
Console.WriteLine("|---|---|---|---|---|---|---|---|");
foreach (var slice in new[] { 0.0005, 0.002, 0.01, 0.05 })
{
    foreach (var (crashes, isLost) in new[] { (0, false), (4, false), (4, true), (40, true) })
    {
        var random = new Random(seed);
        var days = Enumerable.Range(0, Runs).Select(_ => new Day(new DaySetup { Slice = (int)(slice * DaySetup.Budget), Crashes = crashes, IsStoreLost = isLost }, random).Run()).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {slice:P2} | {crashes} | {(isLost ? "yes" : "no")} | {days.Max(day => day.Overspent) / (double)DaySetup.Budget:P2} | {(isLost ? crashes * slice : 0):P2} | {days.Average(day => day.RefusedThoughFree) / DaySetup.Asked:P2} | {days.Average(day => day.Unused) / DaySetup.Budget:P2} | {days.Average(day => day.ParentOperations) * 1_000 / DaySetup.Asked:N0} |"));
    }
}
